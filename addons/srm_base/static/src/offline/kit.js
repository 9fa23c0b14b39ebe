// Starts a page for the field: texts, kept data, outbox, bar of the network, and the
// module of the page, which gets the kit and draws into `kit.main`.

import { el } from "./dom.js";
import { call, Outbox, SessionEnded } from "./outbox.js";
import { persist, store } from "./store.js";

// A network that has just come back may not answer the first question yet.
const RETRY = 5000;

const config = JSON.parse(document.getElementById("srm-config").textContent);

class Kit {
    constructor() {
        this.config = config;
        this.texts = config.texts;
        this.data = null;
        this.updated = null;
        this.outbox = new Outbox(config.app, config.user.id);
        this.main = el("main");
        this.bar = el("button", {
            type: "button",
            class: "network",
            "aria-live": "polite",
            onclick: () => this.toggleList(),
        });
        this.list = el("section", { class: "outbox", hidden: true });
        this.listeners = new Set();
        this.timer = 0;
    }

    t(key) {
        return this.texts[key] || key;
    }

    onData(listener) {
        this.listeners.add(listener);
    }

    async start() {
        document.getElementById("srm-root").replaceChildren(
            el(
                "header",
                {},
                el("h1", {}, config.title),
                el("span", { class: "who" }, config.user.name),
                this.bar
            ),
            this.list,
            this.main
        );
        for (const name of ["online", "offline"]) {
            window.addEventListener(name, () => this.showNetwork());
        }
        window.addEventListener("online", () => this.refresh());
        this.outbox.onChange(() => this.showNetwork());
        await this.loadKept();
        const page = await import(config.module);
        page.default(this);
        this.showNetwork();
        this.askForSpace();
        await this.outbox.start();
        await this.refresh();
    }

    // Some browsers ask the person, who may take their time.
    async askForSpace() {
        this.volatile = !(await persist().catch(() => false));
        this.showList();
    }

    // The data of another person on the same phone is never shown.
    async loadKept() {
        const kept = await store.get("data", config.app);
        if (kept && kept.user === config.user.id) {
            this.data = kept.data;
            this.updated = kept.updated;
        } else if (kept) {
            await store.remove("data", config.app);
        }
    }

    // Without any network the browser tells when it is back.
    refreshLater() {
        clearTimeout(this.timer);
        if (this.unreachable && navigator.onLine) {
            this.timer = setTimeout(() => this.refresh(), RETRY);
        }
    }

    async refresh() {
        clearTimeout(this.timer);
        try {
            this.data = await call(`/srm/m/${config.app}/data`, {});
        } catch (error) {
            this.ended = error instanceof SessionEnded;
            // The phone may be on a network that leads nowhere.
            this.unreachable = !this.ended;
            this.showNetwork();
            this.refreshLater();
            return false;
        }
        this.ended = this.unreachable = false;
        this.updated = new Date().toISOString();
        await store.put("data", {
            key: config.app,
            user: config.user.id,
            data: this.data,
            updated: this.updated,
        });
        for (const listener of this.listeners) {
            listener();
        }
        this.showNetwork();
        return true;
    }

    showNetwork() {
        const waiting = this.outbox.waiting.length;
        const refused = this.outbox.refused.length;
        const lost = this.unreachable || this.outbox.problem === "offline";
        const online = navigator.onLine && !lost;
        const parts = [
            online ? this.t("online") : this.t("offline"),
            waiting && `${waiting} ${this.t("waiting")}`,
            refused && `${this.t("refused")}: ${refused}`,
        ];
        this.bar.textContent = parts.filter(Boolean).join(" · ");
        this.bar.dataset.state = refused
            ? "refused"
            : waiting
              ? "waiting"
              : online
                ? "online"
                : "offline";
        this.bar.dataset.waiting = waiting;
        this.showList();
    }

    toggleList() {
        this.list.hidden = !this.list.hidden;
        this.showList();
    }

    showList() {
        const problem = this.outbox.problem || (this.ended && "sign_in");
        const needsSignIn = problem === "sign_in" || problem === "other_user";
        const parts = [
            needsSignIn &&
                el(
                    "a",
                    { class: "notice", href: `/web/login?redirect=/srm/m/${config.app}` },
                    this.t(problem)
                ),
            problem === "no_space" && el("p", { class: "notice" }, this.t(problem)),
            this.volatile &&
                this.outbox.waiting.length > 0 &&
                el("p", { class: "notice" }, this.t("volatile")),
            ...this.shown().map((entry) => this.line(entry)),
            !this.outbox.entries.length && el("p", {}, this.t("all_sent")),
            el(
                "button",
                { type: "button", class: "secondary", onclick: () => this.sendNow() },
                this.t("send_now")
            ),
        ];
        this.list.replaceChildren(...parts.filter(Boolean));
        if (needsSignIn || problem === "no_space") {
            this.list.hidden = false;
        }
    }

    // The latest first; what was not taken stays in sight, however old.
    shown() {
        const { entries, refused } = this.outbox;
        const latest = entries.slice(-30);
        const older = refused.filter((entry) => !latest.includes(entry));
        return [...older, ...latest].reverse();
    }

    async sendNow() {
        await this.outbox.retryNow();
        await this.refresh();
    }

    line(entry) {
        const states = {
            waiting: this.t("waiting"),
            sent: this.t("sent"),
            refused: this.t("refused"),
        };
        return el(
            "div",
            { class: `entry ${entry.state}` },
            el("span", {}, entry.label),
            el("small", {}, this.t(entry.message) || states[entry.state]),
            entry.state === "refused" && [
                this.button("again", () => this.outbox.sendAgain(entry)),
                this.button("remove", () => this.outbox.remove(entry)),
            ]
        );
    }

    button(text, onclick) {
        return el("button", { type: "button", class: "link", onclick }, this.t(text));
    }
}

if ("serviceWorker" in navigator) {
    // Kept from the first visit on; without it the page still works with network.
    navigator.serviceWorker.register("/srm/m/sw.js", { scope: "/srm/m/" });
}
const kit = new Kit();
kit.start();
