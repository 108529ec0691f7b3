// Reconcile against a real Dkron: 1,000 new jobs beside as many raw posts to the same Dkron in the same run, and a comparison of
// 10,000 jobs that need nothing.
import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import https from "node:https";
import path from "node:path";

const NEW = Number(process.env.BENCH_NEW ?? 1000), ALL = Number(process.env.BENCH_ALL ?? 10000), ROUNDS = 5, AT_ONCE = 32;
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const hasDkron = () => process.env.SIGNALBOX_DKRON_BIN || (process.env.PATH ?? "").split(":").some((dir) => fs.existsSync(path.join(dir, "dkron")));

async function begin(B, VAR) {
	fs.rmSync(VAR, { recursive: true, force: true });
	const child = spawn("nginx/run", [], { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, B, VAR, SIGNALBOX_ENGINE: "dkron", SIGNALBOX_LOG_LEVEL: "warn", SIGNALBOX_RECONCILE_S: "3600" } });
	for (let i = 0; i < 600 && !fs.existsSync(`${VAR}/run.json`); i++) await sleep(100);
	return { child, run: JSON.parse(fs.readFileSync(`${VAR}/run.json`)), env: `${VAR}/signalbox.env` };
}

async function end({ child }) {
	child.kill("SIGTERM");
	if (child.exitCode === null && child.signalCode === null) await new Promise((done) => child.once("exit", done));
}

const psql = (site, sql) => {
	const url = /^SIGNALBOX_DATABASE_URL=(.*)$/m.exec(fs.readFileSync(site.env, "utf8"))[1].replace(/^'|'$/g, "");
	return execFileSync("psql", ["-qAtX", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", sql], { encoding: "utf8" }).trim();
};

const post = (agent, url, body) => new Promise((done, failed) => {
	const r = http.request(url, { agent, method: "POST", headers: { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) } }, (answer) => {
		answer.resume();
		answer.on("end", () => (answer.statusCode === 201 ? done() : failed(new Error(`Dkron answered ${answer.statusCode}`))));
	});
	r.on("error", failed);
	r.end(body);
});

const spec = { schedule: "0 30 2 1 1 *", executor: "shell", executor_config: { command: "true", shell: "true" }, tags: {}, retries: 0, concurrency: "allow" };

/* Jobs a second of raw posts, AT_ONCE in parallel. */
async function raw(dkron, from, n) {
	const agent = new http.Agent({ keepAlive: true, maxSockets: AT_ONCE });
	let next = from;
	const began = performance.now();
	const one = async () => {
		while (next < from + n) await post(agent, `${dkron}/v1/jobs`, JSON.stringify({ name: `raw-${next++}`, ...spec, metadata: { signalbox: "bench" } }));
	};
	await Promise.all(Array.from({ length: AT_ONCE }, one));
	const took_s = (performance.now() - began) / 1000;
	agent.destroy();
	return n / took_s;
}

/* Jobs a second from the commit that makes them to the last one on the engine; the database's clock says when. */
async function ours(site, from, n) {
	const whole = JSON.stringify({ ...spec, displayname: "", description: "", timezone: "", parent_job: "", processors: {}, metadata: {}, owner: "", owner_email: "", disabled: false, ephemeral: false, starts_at: null, expires_at: null });
	const began = psql(site, `BEGIN;
		INSERT INTO job (team_id, name, spec, updated_by) SELECT (SELECT min(id) FROM team), 'ours-' || i, '${whole}', 'bench' FROM generate_series(${from}, ${from + n - 1}) i;
		INSERT INTO revision (job_id, version, spec, actor) SELECT id, 1, spec, 'bench' FROM job j WHERE NOT EXISTS (SELECT FROM revision r WHERE r.job_id = j.id);
		INSERT INTO outbox (job_name, job_id, wanted) SELECT name, id, 1 FROM job ON CONFLICT DO NOTHING;
		SELECT pg_notify('outbox', ''); COMMIT; SELECT extract(epoch FROM clock_timestamp())`).split("\n").pop();
	for (let i = 0; i < 600; i++) {
		await sleep(200);
		if (psql(site, "SELECT count(*) FROM outbox WHERE state <> 'in_sync'") === "0") break;
	}
	return n / Number(psql(site, `SELECT extract(epoch FROM max(try_at)) - ${began} FROM outbox`));
}

async function unchanged(site, B) {
	const before = psql(site, "SELECT count(*), sum(done), max(try_at) FROM outbox");
	await sleep(3000);
	const took = [];
	for (let i = 0; i < 3; i++) {
		execFileSync(path.join(B, "signalbox"), ["--config", site.env, "resync"]);
		took.push(Number(psql(site, "SELECT took_us FROM comparison")) / 1e6);
	}
	const [jobs, reverted, drifted, problem] = psql(site, "SELECT jobs, reverted, drifted, coalesce(problem, '') FROM comparison").split("|");
	const same = before === psql(site, "SELECT count(*), sum(done), max(try_at) FROM outbox") && reverted === "0" && drifted === "0" && problem === "";
	const s = took.sort((x, y) => x - y)[1];
	return { what: "compare", figure: `${jobs} jobs in ${s.toFixed(2)} s, ${same ? "nothing written" : "SOMETHING WRITTEN"}`, target: `${ALL} jobs <= 2 s, no write`, good: same && s <= 2 && Number(jobs) === ALL };
}

/* The p99 of one address, asked one by one over a connection that stays open. */
async function p99(module, address, headers = {}) {
	const keep = new module.Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false }), ms = [];
	for (let i = 0; i < 105; i++) {
		const began = performance.now();
		await new Promise((done, failed) => module.get(address, { agent: keep, headers }, (answer) => {
			if (answer.statusCode !== 200) failed(new Error(`${address}: ${answer.statusCode}`));
			answer.resume().on("end", done);
		}).on("error", failed));
		if (i >= 5) ms.push(performance.now() - began);
	}
	keep.destroy();
	return ms.sort((x, y) => x - y)[98];
}

/* The first hundred of the same jobs, from us (TLS, a token, what one may see) and from Dkron itself. */
async function besideDkron(site, B) {
	const token = execFileSync(path.join(B, "signalbox"), ["--config", site.env, "token", "add", "admin"], { encoding: "utf8" }).trim();
	const mine = await p99(https, `${site.run.address}/api/v1/jobs?limit=100`, { Authorization: `Bearer ${token}` });
	const theirs = await p99(http, `${site.run.dkron}/v1/jobs?_sort=name&_order=ASC&_start=0&_end=100`);
	return { what: "beside Dkron", figure: `100 of its jobs: p99 ${mine.toFixed(1)} ms, Dkron's own list ${theirs.toFixed(1)} ms`, target: "not slower", good: mine <= theirs };
}

/* Ours between two halves of raw posts, because Dkron gets slower as it fills. */
async function round(site, i) {
	const first = await raw(site.run.dkron, i * NEW, NEW / 2), mine = await ours(site, i * NEW, NEW), last = await raw(site.run.dkron, i * NEW + NEW / 2, NEW / 2);
	const mean = 2 / (1 / first + 1 / last);
	return { ratio: mine / mean, mine, mean };
}

async function onDkron(B, dir, work) {
	const site = await begin(B, `${dir}/var-dkron`);
	try {
		psql(site, "INSERT INTO team (name) SELECT 'bench' WHERE NOT EXISTS (SELECT FROM team)");
		return await work(site);
	} finally {
		await end(site);
	}
}

/* The middle one of an odd number of rounds, with the lowest and the highest. */
function words(ratios) {
	const { ratio, mine, mean } = ratios.sort((x, y) => x.ratio - y.ratio)[(ratios.length - 1) / 2];
	return [ratio, `${ratio.toFixed(2)} of raw posts (${ratios[0].ratio.toFixed(2)} to ${ratios.at(-1).ratio.toFixed(2)}): ${mine.toFixed(0)} beside ${mean.toFixed(0)} jobs/s`];
}

/* Rows for run.mjs's table; one that says why when there is no Dkron. */
export async function reconcile(B, dir) {
	if (!hasDkron()) return [{ what: "reconcile", figure: "not measured: no dkron on PATH", target: ">= 0.9 of raw posts", good: true }];
	const empty = [], filling = [];
	for (let i = 0; i < ROUNDS; i++) empty.push(await onDkron(B, dir, (site) => round(site, 0)));
	const [ratio, figure] = words(empty);
	return [{ what: "reconcile", figure, target: ">= 0.9", good: ratio >= 0.9 }, ...await onDkron(B, dir, async (site) => {
		for (let i = 0; i < ROUNDS; i++) filling.push(await round(site, i));
		await ours(site, ROUNDS * NEW, ALL - ROUNDS * NEW);
		return [{ what: "while it fills", figure: words(filling)[1], target: "shown", good: true }, await unchanged(site, B), await besideDkron(site, B)];
	})];
}
