// Entries made on this phone, kept until the server has answered for each of them.
//
// The id is made here, once, when the person confirms; the server acts on an id exactly
// once. So sending again is always safe, and is done until an answer comes.

import { store } from "./store.js";

const SENT_KEPT = 50;
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

export class SessionEnded extends Error {}

// JSON-RPC call; throws when there is no network, SessionEnded when the session is over.
export async function call(url, params) {
    const response = await fetch(url, {
        method: "POST",
        credentials: "same-origin",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ jsonrpc: "2.0", method: "call", params }),
    });
    if (!response.ok) {
        throw new Error(`HTTP ${response.status}`);
    }
    const answer = await response.json();
    if (answer.error) {
        if (answer.error.data?.name?.endsWith("SessionExpiredException")) {
            throw new SessionEnded();
        }
        throw new Error(answer.error.data?.message || answer.error.message);
    }
    return answer.result;
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
        this.entries.sort((one, other) => one.entered_on.localeCompare(other.entered_on));
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
        await store.put("outbox", entry);
        this.entries.push(entry);
        this.changed();
        this.flush();
        return entry;
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
            try {
                await this.send(entry);
            } catch (error) {
                this.problem = error instanceof SessionEnded ? "sign_in" : "offline";
                return;
            }
            if (this.problem) {
                return;
            }
        }
        await this.forgetOld();
    }

    async send(entry) {
        const answer = await call("/srm/m/submit", {
            app: entry.app,
            user: entry.user,
            id: entry.id,
            payload: entry.payload,
            entered_on: entry.entered_on,
        });
        if (answer.state === "other_user") {
            this.problem = "other_user";
            return;
        }
        entry.state = answer.state === "done" ? "sent" : "refused";
        entry.message = answer.message;
        entry.result = answer.result;
        if (entry.state === "sent") {
            // The signature is on the server now; the phone keeps the line only.
            entry.payload = null;
        }
        await store.put("outbox", entry);
        this.changed();
    }

    async forgetOld() {
        const sent = this.entries.filter((entry) => entry.state === "sent");
        for (const entry of sent.slice(0, Math.max(0, sent.length - SENT_KEPT))) {
            await this.remove(entry);
        }
    }
}
