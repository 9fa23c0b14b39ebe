// Entries made on this phone, kept until the server has answered for each of them.
//
// The id is made here, once, when the person confirms; the server acts on an id exactly
// once. So sending again is always safe, and is done until an answer comes.

import { store } from "./store.js";

const SENT_KEPT = 50;
// A server that fails on one entry this often fails on it for good.
const MOST_FAILURES = 5;
// Milliseconds for an entry with photos on a weak network; those behind it go then.
const PATIENCE = 300000;
// After a failure: again in 2 s, 4 s... then every 10 s. The browser says "online"
// before the network really answers, so one try at that moment is not enough.
const FIRST_RETRY = 2000;
const LAST_RETRY = 10000;

// crypto.randomUUID needs https; getRandomValues is there on a plain local network too.
export function makeId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// The session is over: nothing is sent before the person signs in.
export class SessionEnded extends Error {}
// The server answered, and does not take what was sent.
export class NotTaken extends Error {}
// The server failed on what was sent, or says "not now"; the next may go through.
export class ServerFailed extends Error {
    constructor(text, forLater = false) {
        super(text);
        this.forLater = forLater;
    }
}

// What a proxy says in place of a server that is away, or that has too much to do.
const AWAY = [404, 408, 425, 429, 502, 503, 504];

// JSON-RPC call; an error of any other class means that nobody answered.
export async function call(url, params) {
    const response = await fetch(url, {
        method: "POST",
        credentials: "same-origin",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ jsonrpc: "2.0", method: "call", params }),
        signal: AbortSignal.timeout?.(PATIENCE),
    });
    if (!response.ok) {
        throw failure(response.status);
    }
    const answer = await response.json();
    if (answer.error) {
        throw refusal(answer.error);
    }
    return answer.result;
}

function failure(status) {
    const text = `http_${status}`;
    if (status === 401) {
        return new SessionEnded();
    }
    if (AWAY.includes(status)) {
        return new Error(text);
    }
    return [400, 413, 422].includes(status) ? new NotTaken(text) : new ServerFailed(text);
}

function refusal(error) {
    const text = error.data?.message || error.message;
    if (error.data?.name?.endsWith("SessionExpiredException")) {
        return new SessionEnded();
    }
    const forLater = error.data?.context?.srm_repeat;
    return forLater ? new ServerFailed(text, true) : new NotTaken(text);
}

export class Outbox {
    constructor(app, user) {
        this.app = app;
        this.user = user;
        this.entries = [];
        this.problem = "";
        this.listeners = new Set();
        this.sending = null;
        this.pause = 0;
        this.timer = 0;
    }

    async start() {
        const mine = (entry) => entry.app === this.app;
        this.entries = (await store.all("outbox")).filter(mine);
        const moment = (entry) => String(entry.entered_on);
        this.entries.sort((one, other) => moment(one).localeCompare(moment(other)));
        window.addEventListener("online", () => this.retryNow());
        document.addEventListener("visibilitychange", () => this.retryNow());
        await this.flush();
    }

    onChange(listener) {
        this.listeners.add(listener);
    }

    changed() {
        for (const listener of this.listeners) {
            listener(this);
        }
    }

    get waiting() {
        return this.entries.filter((entry) => entry.state === "waiting");
    }

    get refused() {
        return this.entries.filter((entry) => entry.state === "refused");
    }

    // Keep an entry; it is on the phone when the promise resolves, network or not.
    // `place` is what the page needs to show it after its payload is dropped.
    async add(payload, label, place = {}) {
        const entry = {
            id: makeId(),
            app: this.app,
            user: this.user,
            payload,
            place,
            label,
            entered_on: new Date().toISOString(),
            state: "waiting",
            message: "",
        };
        try {
            await store.put("outbox", entry);
        } catch (error) {
            // Not on the phone: the page keeps what was entered on the screen.
            this.problem = "no_space";
            this.changed();
            throw error;
        }
        this.entries.push(entry);
        this.changed();
        this.flush();
        return entry;
    }

    // A refused entry once more: its cause may be mended, at the office or here.
    async sendAgain(entry) {
        await this.keep(entry, "waiting", "", { failures: 0 });
        await this.retryNow();
    }

    async keep(entry, state, message, values = {}) {
        Object.assign(entry, { state, message, ...values });
        await store.put("outbox", entry);
        this.changed();
    }

    async remove(entry) {
        await store.remove("outbox", entry.id);
        this.entries = this.entries.filter((other) => other !== entry);
        this.changed();
    }

    retryNow() {
        this.pause = 0;
        return this.flush();
    }

    // Send what waits, oldest first; one sender at a time, in all tabs if possible.
    flush() {
        this.sending ??= this.alone(() => this.sendAll()).finally(() => {
            this.sending = null;
            this.schedule();
            this.changed();
        });
        return this.sending;
    }

    schedule() {
        clearTimeout(this.timer);
        if (!this.waiting.length) {
            this.pause = 0;
            return;
        }
        this.pause = Math.min(this.pause ? this.pause * 2 : FIRST_RETRY, LAST_RETRY);
        this.timer = setTimeout(() => this.flush(), this.pause);
    }

    async alone(work) {
        if (!navigator.locks) {
            return work();
        }
        const options = { ifAvailable: true };
        return navigator.locks.request("srm-outbox", options, (lock) => lock && work());
    }

    async sendAll() {
        this.problem = "";
        this.changed();
        for (const entry of this.waiting) {
            this.problem = await this.sendOne(entry);
            if (this.problem) {
                return;
            }
        }
        await this.forgetOld();
    }

    // What stops the others too: no network, no session; "" when the next may follow.
    async sendOne(entry) {
        try {
            return await this.send(entry);
        } catch (error) {
            if (error instanceof SessionEnded) {
                return "sign_in";
            }
            if (error instanceof NotTaken) {
                await this.keep(entry, "refused", error.message);
                return "";
            }
            if (error.name === "TimeoutError") {
                return "";
            }
            if (error instanceof ServerFailed) {
                const failures = (entry.failures || 0) + (error.forLater ? 0 : 1);
                const state = failures < MOST_FAILURES ? "waiting" : "refused";
                await this.keep(entry, state, error.message, { failures });
                return "";
            }
            return "offline";
        }
    }

    async send(entry) {
        const answer = await call("/srm/m/submit", {
            app: entry.app,
            user: entry.user,
            id: entry.id,
            payload: entry.payload,
            entered_on: entry.entered_on,
            sent_on: new Date().toISOString(),
        });
        if (answer.state === "other_user") {
            return "other_user";
        }
        const sent = answer.state === "done";
        await this.keep(entry, sent ? "sent" : "refused", answer.message, {
            result: answer.result,
            // The signature is on the server now; the phone keeps the line only.
            payload: sent ? null : entry.payload,
        });
        return "";
    }

    async forgetOld() {
        const sent = this.entries.filter((entry) => entry.state === "sent");
        for (const entry of sent.slice(0, Math.max(0, sent.length - SENT_KEPT))) {
            await this.remove(entry);
        }
    }
}
