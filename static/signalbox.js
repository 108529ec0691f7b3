// Signalbox: what a page gains from a script. Every page is whole without it; nothing here keeps state of its own.
(() => {
	"use strict";
	const html = document.documentElement;
	const $ = (q, at = document) => at.querySelector(q), $$ = (q, at = document) => [...at.querySelectorAll(q)];
	const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
	const later = (f, ms) => { let t; return () => { clearTimeout(t); t = setTimeout(f, ms); }; };
	const has = (node, text) => node.textContent.toLowerCase().includes(text.toLowerCase());
	const skew = Date.parse(html.dataset.now) - Date.now();          // the server's clock is the one that counts

	// Who has chosen no time zone reads in the browser's.
	document.cookie = `__Host-signalbox-zone=${Intl.DateTimeFormat().resolvedOptions().timeZone}; path=/; max-age=31536000; secure; samesite=lax`;

	// Relative times: the exact one stays in the title, for hover and focus.
	const tell = () => $$("time[data-rel]").forEach((t) => {
		const s = Math.round((Date.parse(t.dateTime) - Date.now() - skew) / 1000), a = Math.abs(s);
		const n = a < 60 ? `${a} s` : a < 3600 ? `${Math.floor(a / 60)} min` : a < 172800 ? `${Math.floor(a / 3600)} h` : `${Math.floor(a / 86400)} d`;
		t.textContent = s > 0 ? `in ${n}` : a < 10 ? "just now" : `${n} ago`;
	});
	setInterval(tell, 10000);
	tell();

	// Parts marked data-live="seconds" are taken anew from the page (or data-live-from, a lighter one), unless somebody works in them;
	// parts marked data-along come with them, as long as they are about the same (data-q); for what is marked data-whole, too, and is about
	// something else by now, the whole page comes anew.
	async function load(url) {
		const r = await fetch(url);
		if (!r.ok || r.redirected) throw new Error(`${url}: ${r.status}`);
		return new DOMParser().parseFromString(await r.text(), "text/html");
	}
	const busy = (el) => el.contains(document.activeElement) || $("input:checked", el) || $$("input, textarea", el).some((field) => field.value !== field.defaultValue);
	async function refresh() {
		const doc = await load($("[data-live-from]")?.dataset.liveFrom || location.href);
		const moved = $$("[data-whole]").filter((old) => doc.getElementById(old.id)?.dataset.q !== old.dataset.q);
		if (moved.length > 0 && !moved.some(busy)) return location.replace(location.href.split("#")[0]);
		for (const old of $$("[data-live], [data-along]")) {
			const fresh = doc.getElementById(old.id);
			if (fresh && fresh.dataset.q === old.dataset.q && !busy(old)) old.replaceWith(fresh);
		}
		tell();
	}
	const soonest = () => Math.min(...$$("[data-live]").map((el) => el.dataset.live * 1000));
	const again = (ms) => isFinite(ms) && setTimeout(() => (document.hidden ? Promise.resolve() : refresh())
		.then(() => again(soonest()), () => again(Math.min(10 * ms, 30000))), ms);
	again(soonest());

	// Filter as you type: the rows at hand at once, the server's answer a moment later.
	for (const form of $$("form[data-search]")) {
		const q = form.elements.q, list = () => $(form.dataset.search);
		const ask = later(async () => {
			const url = `${form.action.split("?")[0]}?${new URLSearchParams([...new FormData(form)].filter(([, v]) => v))}`;
			const doc = await load(url), answer = $(form.dataset.search, doc);
			if (answer?.dataset.q !== q.value) return;                   // an answer to something typed earlier
			list().replaceWith(answer);
			$("#chips")?.replaceWith($("#chips", doc));
			history.replaceState(null, "", url);
			tell();
			$("#said").textContent = $("caption, h2", answer).textContent;
		}, 250);
		form.addEventListener("input", () => { for (const row of $$("tbody tr", list())) row.hidden = !has(row, q.value); ask(); });
	}

	// A file instead of pasting it.
	for (const row of $$("[data-file]")) {
		const into = document.getElementById(row.dataset.file);
		row.hidden = false;
		$("input", row).addEventListener("change", async ({ target }) => { if (target.files[0]) into.value = await target.files[0].text(); });
	}

	// Select all, and how many.
	document.addEventListener("change", ({ target }) => {
		const form = target.matches("[name=pick], [name=all], [data-all]") && target.form;
		if (!form) return;
		if (target.matches("[data-all]")) for (const box of $$("tr:not([hidden]) [name=pick]", form)) box.checked = target.checked;
		const n = $$("[name=pick]:checked", form).length;
		Object.assign($("[data-all]", form), { checked: n === $$("[name=pick]", form).length, indeterminate: n > 0 && n < $$("[name=pick]", form).length });
		$("[data-picked]", form).textContent = $("[name=all]:checked", form) ? "All selected" : `${n} selected`;
	});

	// Keys: / search, j k rows, x select, ? help; Enter opens, for the row's link has the focus. The account page turns them off.
	const help = $("#keys"), hint = $("button[data-keys]");
	if (help && html.dataset.keys !== "off") {
		Object.assign(hint, { hidden: false, onclick: () => help.showModal() });
		document.addEventListener("keydown", (ev) => {
			if (ev.ctrlKey || ev.metaKey || ev.altKey || ev.target.closest("input:not([type=checkbox]), textarea, select, dialog")) return;
			const rows = $$("main a.to").filter((a) => a.offsetParent), i = rows.indexOf(document.activeElement);
			const key = { "/": () => $("main input[type=search]")?.select(), j: () => (rows[i + 1] || rows[0])?.focus(), k: () => rows[Math.max(i, 1) - 1]?.focus(),
				x: () => ev.target.closest("tr")?.querySelector("[name=pick]")?.click(), "?": () => help.showModal() }[ev.key];
			if (key) { ev.preventDefault(); key(); }
		});
	}
	const shut = (d) => d.removeAttribute("open");
	document.addEventListener("click", (ev) => $$("details.drop[open]").filter((d) => !d.contains(ev.target)).forEach(shut));
	document.addEventListener("keydown", (ev) => ev.key === "Escape" && $$("details.drop[open]").forEach((d) => { shut(d); $("summary", d).focus(); }));

	// Search in the output: marks the lines as you type; Enter goes from one to the next; ":120" goes to a line.
	const log = $("#log"), find = $("[data-find]");
	const mark = (line) => line.classList.toggle("hit", !!find?.value && has(line, find.value));
	if (find) {
		let at = -1;
		find.form.hidden = false;
		find.addEventListener("input", () => { at = -1; $("[data-found]").textContent = [...log.children].filter(mark).length + " lines"; });
		find.form.addEventListener("submit", (ev) => {
			ev.preventDefault();
			const hits = $$(".hit", log), line = /^:(\d+)$/.exec(find.value);
			if (line) location.hash = `L${line[1]}`;
			else if (hits.length) hits[at = (at + 1) % hits.length].scrollIntoView({ block: "center" });
		});
	}

	// Live output, by offset: follows the end until the reader scrolls up, and again from "Jump to end". The page follows whichever
	// execution started last; the text that is final may differ from what came before it, so it is taken whole.
	if (log?.dataset.follow) {
		const most = 4e6, end = $("[data-end]"), note = $("[data-following]");
		let { execution } = log.dataset, at = +log.dataset.size, decode = new TextDecoder(), wait = 500, unread = 0, whole = "";
		const atEnd = () => log.scrollTop + log.clientHeight >= log.scrollHeight - 16;
		const jump = () => { log.scrollTop = log.scrollHeight; unread = 0; end.hidden = true; };
		const say = (text) => note.textContent !== text && note.replaceChildren(text);
		const shown = () => [...log.children].map((line) => line.textContent.slice(line.firstChild.textContent.length)).join("");
		const clear = () => { log.replaceChildren(); decode = new TextDecoder(); at = 0; };
		const add = (part) => {
			let line = log.lastElementChild;
			if (!line || line.textContent.endsWith("\n")) {
				const n = line ? +line.id.slice(1) + 1 : 1;
				line = log.appendChild(make("span", { id: `L${n}` }));
				line.append(make("a", { href: `#L${n}`, tabIndex: -1, textContent: n }));
				unread++;
			}
			line.append(part);
			mark(line);
		};
		const lines = (text) => text && text.split(/(?<=\n)/).forEach(add);
		const ask = async (offset) => {
			const url = new URL(log.dataset.follow, location);
			url.searchParams.set("offset", offset);
			const r = await fetch(url);
			if (r.ok || [401, 403, 404].includes(r.status)) return r;
			throw new Error(r.status);
		};
		const take = async (size) => {
			let text = "", from = 0;
			for (const all = new TextDecoder(); from < size;) {
				const bytes = await (await ask(from)).arrayBuffer();
				if (!bytes.byteLength) break;
				text += all.decode(bytes, { stream: true });
				from += bytes.byteLength;
			}
			if (text !== shown()) { clear(); lines(text); }
			at = from;
		};
		const step = async () => {
			const r = await ask(at), size = +r.headers.get("X-Output-Size"), whose = r.headers.get("X-Output-Execution") ?? "";
			if (!r.ok || r.redirected) return say("This can no longer be followed: sign in again, and reload.");
			const bytes = await r.arrayBuffer(), following = atEnd(), complete = r.headers.get("X-Output-Complete") === "true";
			const moved = whose !== execution && at > 0;                     // the next attempt began: from its first byte on
			if (whose !== execution) { execution = whose; clear(); $("[data-of]").textContent = decodeURIComponent(whose).replace(/^-?\d+-/, ""); }
			if (moved) return 0;
			if (!complete || size > most) { lines(decode.decode(bytes, { stream: true })); at += bytes.byteLength; }
			else if (whole !== whose + size) { await take(size); whole = whose + size; }
			if (following) jump();
			Object.assign(end, { hidden: following, textContent: unread ? `Jump to end, ${unread} new lines` : "Jump to end" });
			if (at > most) return say("There is more than can be followed here: open the plain text.");
			if (at < size) return 0;
			if (complete && !$("#live-state[data-live]")) return say("The run has ended; this is all of its output.");
			say(!execution ? "Waiting for the run to begin." : complete ? "This attempt has ended; the run goes on." : following ? "Following the output." : "Paused while you read further up.");
			return wait = 500;
		};
		const poll = async () => {
			let ms;
			try { ms = await step(); } catch { ms = wait = Math.min(wait * 2, 30000); say("No answer from the server; trying again."); }
			if (ms !== undefined) setTimeout(poll, document.hidden ? 5000 : ms);
		};
		end.onclick = () => { jump(); log.focus(); };
		log.addEventListener("scroll", () => { if (atEnd()) jump(); });
		if (!location.hash) jump();
		poll();
	}

	// A schedule explained while it is typed, in the words that stand there after saving.
	const cron = $("[data-schedule]");
	if (cron) {
		const field = cron.closest(".field"), zone = cron.form.elements.timezone;
		const when = (second) => (t) => new Date(t).toLocaleString("en-GB", { timeZone: html.dataset.zone, weekday: "short", day: "numeric", month: "short",
			hour: "2-digit", minute: "2-digit", second });
		const tell = (bad, ...parts) => {
			cron.setAttribute("aria-invalid", !!bad);
			Object.assign($(".error", field), { hidden: !bad, textContent: bad?.message ?? "" });
			$("output", field).replaceChildren(...parts);
		};
		const ask = later(async () => {
			const expression = cron.value;
			if (!expression.trim()) return tell(null);
			const query = new URLSearchParams({ expression, timezone: zone.value, job: cron.form.elements.name.value, count: 3 });
			const o = await fetch(`${cron.dataset.schedule}?${query}`).then((r) => r.json()).catch(() => null);
			if (!o || expression !== cron.value) return;                     // no answer, or one to something typed earlier
			const use = () => { cron.value = o.expression; cron.focus(); cron.dispatchEvent(new Event("input", { bubbles: true })); };
			if (o.error) return tell(o.error, o.hint ?? "", ...(o.expression ? [" ", make("button", { type: "button", className: "quiet", textContent: "Use that", onclick: use })] : []));
			const close = Date.parse(o.next[1]) - Date.parse(o.next[0]) < 60000;
			const next = o.next.length ? [`Next ${o.next.map(when(close ? "2-digit" : undefined)).join("; ")}`] : [];
			tell(null, [o.sentence, ...next, ...o.warnings.map((w) => w.message)].join(". ").replaceAll("..", "."));
		}, 300);
		for (const el of [cron, zone, cron.form.elements.name]) el.addEventListener("input", ask);
	}

	// What the other fields do that one may not expect, told while they are filled in; the schedule's own stands at its field.
	const checked = $("form[data-check]");
	if (checked) {
		const line = (w) => {
			const li = make("li", {}), a = make("a", { href: `#${w.at}`, textContent: w.label });
			li.append(a, `: ${w.message}`);
			return li;
		};
		const ask = later(async () => {
			const body = new URLSearchParams(new FormData(checked)), sent = String(body);
			const o = await fetch(checked.dataset.check, { method: "POST", body }).then((r) => r.json()).catch(() => null);
			if (!o?.warnings || sent !== String(new URLSearchParams(new FormData(checked)))) return;
			const told = o.warnings.filter((w) => !w.note && w.at && w.field !== "schedule");
			$("#warnings ul").replaceChildren(...told.map(line));
			for (const old of $$(".error.caution", checked)) old.remove();
			for (const w of told) $(`#${w.at}`)?.closest(".field")?.append(make("p", { className: "error caution", textContent: w.message }));
		}, 500);
		checked.addEventListener("input", ask);
		// 2>&1 with one click: behind a single command, or in front of a script.
		const add = $("[data-merge]"), { command, shell } = checked.elements;
		const offer = () => { add.hidden = !command.value.trim() || /2>|&>/.test(command.value) || !shell.checked; };
		add.onclick = () => {
			command.value = /[\n;&|]/.test(command.value.trim()) ? `exec 2>&1\n${command.value}` : `${command.value.trimEnd()} 2>&1`;
			command.dispatchEvent(new Event("input", { bubbles: true }));
			command.focus();
		};
		checked.addEventListener("input", offer);
		offer();
	}
	$("[role=alert][tabindex]")?.focus();
})();
