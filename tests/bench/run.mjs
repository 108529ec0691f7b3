// The measurements of README.md. Everything is started here and stopped here, by the pids we hold.
import { spawn, spawnSync, execFileSync } from "node:child_process";
import fs from "node:fs";
import https from "node:https";
import net from "node:net";
import path from "node:path";
import { reconcile } from "./reconcile.mjs";

const B = path.resolve(process.env.B || "build"), dir = `${B}/bench`, VAR = `${dir}/var`;
const ROUNDS = 3, SECONDS = 4, JOBS = 10000;
const children = [];
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const middle = (list) => [...list].sort((x, y) => x - y)[Math.floor(list.length / 2)];

function start(command, args, options = {}) {
	const child = spawn(command, args, { stdio: ["ignore", "ignore", "inherit"], ...options });
	children.push(child);
	return child;
}

async function begin() {
	fs.rmSync(VAR, { recursive: true, force: true });
	start("nginx/run", [], { env: { ...process.env, B, VAR, SIGNALBOX_ENGINE: "embedded", SIGNALBOX_LOG_LEVEL: "warn", SIGNALBOX_RECONCILE_S: "3600" } });
	for (let i = 0; i < 600 && !fs.existsSync(`${VAR}/run.json`); i++) await sleep(100);
	return JSON.parse(fs.readFileSync(`${VAR}/run.json`));
}

async function end() {
	for (const child of children.reverse()) {
		child.kill("SIGTERM");
		if (child.exitCode === null && child.signalCode === null) await new Promise((done) => child.once("exit", done));
	}
}

const setting = (name) => new RegExp(`^SIGNALBOX_${name}=(.*)$`, "m").exec(fs.readFileSync(`${VAR}/signalbox.env`, "utf8"))[1].replace(/^'|'$/g, "");
const psql = (sql) => execFileSync("psql", ["-qAtX", "-v", "ON_ERROR_STOP=1", "-d", setting("DATABASE_URL"), "-c", sql], { encoding: "utf8" }).trim();

// ---- reading over TLS, one connection kept open
const agent = new https.Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
const get = (address, headers = {}, method = "GET", body) => new Promise((done, failed) => {
	const began = process.hrtime.bigint();
	const r = https.request(address, { agent, headers, method }, (answer) => {
		const parts = [];
		answer.on("data", (part) => parts.push(part));
		answer.on("end", () => done({ status: answer.statusCode, headers: answer.headers, text: Buffer.concat(parts).toString(), ms: Number(process.hrtime.bigint() - began) / 1e6 }));
	});
	r.on("error", failed);
	r.end(body);
});

async function signIn(run) {
	const body = new URLSearchParams({ account: run.account, password: run.password, next: "/" }).toString();
	const answer = await get(`${run.address}/sign-in`, { "content-type": "application/x-www-form-urlencoded" }, "POST", body);
	if (answer.status !== 303) throw new Error(`sign-in: ${answer.status} ${answer.text.slice(0, 200)}`);
	return answer.headers["set-cookie"][0].split(";")[0];
}

// ---- rates
async function wrkText(address, args) {
	const child = spawn("wrk", ["-t1", `-d${SECONDS}s`, ...args, address], { stdio: ["ignore", "pipe", "inherit"] });
	let text = "";
	for await (const part of child.stdout) text += part;
	const bad = /Non-2xx or 3xx responses: (\d+)/.exec(text) || /Socket errors: (.*)/.exec(text);
	if (bad) throw new Error(`wrk ${address}: ${bad[0]}`);
	return text;
}

async function wrk(address, connections, script) {
	const text = await wrkText(address, [`-c${connections}`, ...(script ? ["-s", script] : [])]);
	return +/Requests\/sec:\s+([\d.]+)/.exec(text)[1];
}

async function ratio(ours, theirs) {
	const rounds = [];
	for (let i = 0; i < ROUNDS; i++) rounds.push([await ours(), await theirs()]);
	const at = middle(rounds.map(([x, y]) => x / y)), [x, y] = rounds.find(([p, q]) => p / q === at);
	return { x, y, at };
}

const freePort = () => new Promise((done) => {
	const probe = net.createServer().listen(0, "127.0.0.1", () => { const { port } = probe.address(); probe.close(() => done(port)); });
});

function besideNginx(cookie, port) {
	const own = `${dir}/nginx`;
	fs.mkdirSync(own, { recursive: true });
	const user = process.getuid() === 0 ? "user root;" : "";
	const params = `fastcgi_param REQUEST_METHOD GET; fastcgi_param REQUEST_ID $request_id; fastcgi_param REMOTE_ADDR $remote_addr;
		fastcgi_param REQUEST_URI /auth/dkron/v1/jobs; fastcgi_param LISTENER public; fastcgi_param HTTP_COOKIE "${cookie}"; fastcgi_pass_request_headers off;`;
	fs.writeFileSync(`${own}/nginx.conf`, `${user} worker_processes 1; daemon off; pid ${own}/pid; error_log ${own}/error.log warn;
events {} http { access_log off; client_body_temp_path ${own}/b; fastcgi_temp_path ${own}/f; proxy_temp_path ${own}/p; uwsgi_temp_path ${own}/u; scgi_temp_path ${own}/s;
server { listen 127.0.0.1:${port};
	location = /auth { ${params} fastcgi_pass unix:${VAR}/run/auth.sock; }
	location = /trivial { ${params} fastcgi_pass unix:${dir}/trivial.sock; } } }`);
	start("nginx", ["-p", own, "-c", `${own}/nginx.conf`], { env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` } });
}

async function auth(cookie) {
	fs.rmSync(`${dir}/trivial.sock`, { force: true });
	start(`${dir}/trivial`, [`${dir}/trivial.sock`]);
	const port = await freePort(), at = `http://127.0.0.1:${port}`;
	besideNginx(cookie, port);
	await sleep(500);
	const { x, y, at: r } = await ratio(() => wrk(`${at}/auth`, 16), () => wrk(`${at}/trivial`, 16));
	return { what: "auth", figure: `${r.toFixed(2)} of a trivial FastCGI program (${x.toFixed(0)}/s beside ${y.toFixed(0)}/s)`, good: r >= 0.5, target: ">= 0.5" };
}

// Each request is the first message of a new firing of a job of ours.
function hookScript(token) {
	const zero = "-6795364578871345152";
	fs.writeFileSync(`${dir}/hook.lua`, `local n = os.time() * 1000000000 + math.random(0, 999999)
request = function()
	n = n + 1000
	local body = "v=1&at=pre&job=bench-1&id=" .. string.format("%d", n) .. "-n1&end=${zero}&ok=false&by=n1&tail=%0AExecution+group%3A+" .. string.format("%d", n) .. "%0A&out="
	return wrk.format("POST", "/hook/dkron", { ["Authorization"] = "Bearer ${token}" }, body)
end`);
	return `${dir}/hook.lua`;
}

// What such a message leaves behind, as plain inserts in one transaction.
function pgbench() {
	fs.writeFileSync(`${dir}/insert.sql`, `\\set n random(1, 9000000000000000000)
BEGIN;
INSERT INTO run (job_id, job_name, team_id, group_ns, state, trigger, started_at) SELECT id, name, team_id, :n, 'running', 'schedule', now() FROM job WHERE name = 'bench-2' RETURNING id \\gset
INSERT INTO execution (run_id, job_name, engine_id, node, attempt, state, started_at) VALUES (:id, 'bench-2', :n || '-n1', 'n1', 1, 'running', now());
COMMIT;
`);
	const at = ["pgbench", `${process.env.PGBIN || ""}pgbench`].pop();
	const text = execFileSync(at, ["-n", "-M", "prepared", "-c", "2", "-j", "1", "-T", String(SECONDS), "-f", `${dir}/insert.sql`, setting("DATABASE_URL")], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
	return +/tps = ([\d.]+)/.exec(text)[1];
}

async function ingest(run) {
	const script = hookScript(setting("HOOK_TOKEN"));
	const { x, y, at } = await ratio(() => wrk(`${run.local}/hook/dkron`, 4, script), async () => pgbench());
	return { what: "ingest", figure: `${at.toFixed(2)} of pgbench (${x.toFixed(0)}/s beside ${y.toFixed(0)}/s)`, good: at >= 0.4, target: ">= 0.4" };
}

const milliseconds = (text, share) => { const [, n, unit] = new RegExp(`${share}%\\s+([\\d.]+)(us|ms|s)`).exec(text); return n * { us: 0.001, ms: 1, s: 1000 }[unit]; };

async function list(run, cookie) {
	const rows = [];
	for (const page of ["api/v1/jobs", "jobs"]) {
		const text = await wrkText(`${run.address}/${page}`, ["-c1", "--latency", "-H", `Cookie: ${cookie}`]);
		const p50 = milliseconds(text, 50), p99 = milliseconds(text, 99);
		rows.push({ what: `list ${page}`, figure: `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`, good: p99 <= 20, target: "p99 <= 20 ms" });
	}
	return rows;
}

function memory() {
	let kb = 0, n = 0;
	for (const pid of fs.readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
		try {
			if (!fs.readlinkSync(`/proc/${pid}/exe`).startsWith(`${B}/signalbox`)) continue;
			kb += +/^Pss:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))[1];
			n++;
		} catch { /* it ended meanwhile, or is not ours to read */ }
	}
	return { what: "memory", figure: `${(kb / 1024).toFixed(1)} MB PSS in ${n} processes`, good: kb <= 60 * 1024, target: "<= 60 MB" };
}

// The last line of million.mjs, on a site of its own that holds a million runs.
async function million() {
	const own = `${dir}/var-million`, config = `${own}/signalbox.env`;
	fs.rmSync(own, { recursive: true, force: true });
	const site = start("nginx/run", [], { env: { ...process.env, B, VAR: own, SIGNALBOX_ENGINE: "embedded", SIGNALBOX_LOG_LEVEL: "warn", SIGNALBOX_RECONCILE_S: "3600" } });
	for (let i = 0; i < 600 && !fs.existsSync(`${own}/run.json`); i++) await sleep(100);
	const URL = /^SIGNALBOX_DATABASE_URL=(.*)$/m.exec(fs.readFileSync(config, "utf8"))[1].replace(/^'|'$/g, "");
	execFileSync("psql", ["-qX", "-v", "runs=1000000", "-d", URL, "-f", "tests/bench/million.sql"], { stdio: "ignore" });
	const program = (args, input) => execFileSync(`${B}/signalbox`, ["--config", config, ...args], { input });
	for (const name of ["three", "none"]) program(["account", "add", name], `correct horse battery ${name}\n`);
	for (const team of ["team-1", "team-2", "team-3"]) program(["team", "member", team, "three", "viewer"]);
	const asked = spawnSync("node", ["tests/bench/million.mjs"], { env: { ...process.env, B, CONFIG: config, URL }, encoding: "utf8" });
	site.kill("SIGTERM");
	await new Promise((done) => site.once("exit", done));
	const lines = asked.stdout.trim().split("\n");
	for (const line of lines.filter((one) => one.startsWith("MISSED"))) console.log(`        ${line}`);
	return { what: "a million runs", figure: lines.pop(), good: asked.status === 0, target: "p99 <= 20 ms" };
}

function fill() {
	psql(`INSERT INTO job (team_id, name, spec, updated_by)
		SELECT (SELECT min(id) FROM team), 'bench-' || n, model.spec, 'bench' FROM generate_series(1, ${JOBS}) n,
		(SELECT spec FROM job WHERE name = 'bench') model`);
	psql(`INSERT INTO run (job_id, job_name, team_id, group_ns, state, trigger, started_at, finished_at)
		SELECT id, name, team_id, id, 'succeeded', 'schedule', now() - interval '1 minute', now() FROM job`);
	psql("ANALYZE");
}

async function model(run, cookie) {
	const form = await get(`${run.address}/jobs/new`, { cookie });
	const csrf = /name="csrf" value="([^"]+)"/.exec(form.text)[1];
	const body = new URLSearchParams({ csrf, name: "bench", schedule: "@manually", executor: "shell", command: "true" }).toString();
	const answer = await get(`${run.address}/jobs/new`, { cookie, "content-type": "application/x-www-form-urlencoded" }, "POST", body);
	if (answer.status !== 303) throw new Error(`new job: ${answer.status}`);
}

let rows = [], failed = false;
try {
	const run = await begin(), cookie = await signIn(run);
	await model(run, cookie);
	fill();
	rows = [await auth(cookie), ...(await list(run, cookie)), await ingest(run), memory(), ...(await reconcile(B, dir)), await million()];
	for (const row of rows) console.log(`${row.good ? "ok    " : "MISSED"}  ${row.what.padEnd(16)} ${row.figure}  (${row.target})`);
	failed = rows.some((row) => !row.good);
} finally {
	await end();
}
process.exit(failed ? 1 : 0);
