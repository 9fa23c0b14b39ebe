// Signing people in at a session: choose the session, find the person (badge, QR code
// or name), let him or her sign, confirm. Nothing here needs the network.

import { el, fold } from "/srm_base/static/src/offline/dom.js";
import { canScan, scan } from "/srm_base/static/src/offline/scanner.js";
import { SignaturePad } from "/srm_base/static/src/offline/signature.js";

const SHOWN = 40;

const normalBadge = (text) => (text || "").replace(/[^\p{L}\p{N}]/gu, "").toUpperCase();

class AttendancePage {
    constructor(kit) {
        this.kit = kit;
        this.sessionId = Number(new URLSearchParams(location.search).get("session")) || 0;
        this.query = "";
        this.signing = false;
        kit.onData(() => this.signing || this.draw());
        kit.outbox.onChange(() => this.signing || this.drawCounts());
        this.draw();
    }

    t(key) {
        return this.kit.t(key);
    }

    get sessions() {
        return this.kit.data?.sessions || [];
    }

    get session() {
        return this.sessions.find((session) => session.id === this.sessionId);
    }

    draw() {
        this.signing = false;
        this.peopleNode = null;
        if (this.session) {
            this.drawSession();
        } else {
            this.drawChoice();
        }
    }

    // Sessions

    drawChoice() {
        const nothing = this.kit.data ? "no_session" : "nothing_cached";
        this.kit.main.replaceChildren(
            el("h2", {}, this.t("sessions")),
            ...this.sessions.map((session) => this.sessionCard(session)),
            this.sessions.length ? "" : el("p", { class: "muted" }, this.t(nothing)),
            el(
                "button",
                { type: "button", class: "secondary", onclick: () => this.kit.refresh() },
                this.t("refresh")
            )
        );
    }

    sessionCard(session) {
        const lang = this.kit.config.lang;
        const start = new Date(session.start.replace(" ", "T"));
        const when = start.toLocaleString(lang === "ar" ? "ar-MA-u-nu-latn" : lang, {
            weekday: "short",
            day: "numeric",
            month: "short",
            hour: "2-digit",
            minute: "2-digit",
        });
        return el(
            "button",
            { type: "button", class: "card", onclick: () => this.choose(session.id) },
            el("strong", {}, session.name),
            el("small", {}, [when, session.place].filter(Boolean).join(" · ")),
            el("div", {}, this.countText(session))
        );
    }

    drawCounts() {
        if (this.session) {
            this.drawPeople();
        } else {
            this.drawChoice();
        }
    }

    choose(id) {
        this.sessionId = id;
        // Opening the page again, with or without network, comes back here.
        history.replaceState(null, "", id ? `?session=${id}` : location.pathname);
        this.query = "";
        this.draw();
        window.scrollTo(0, 0);
    }

    // People

    // State of each person of the session: what the server knows, and what this phone
    // has still to send.
    states(session) {
        const states = new Map();
        for (const person of session.people.filter((one) => one.present)) {
            states.set(person.id, "present");
        }
        for (const entry of this.kit.outbox.entries) {
            const id = entry.place.worker || entry.result?.worker;
            if (entry.place.session === session.id && id && entry.state !== "refused") {
                states.set(id, entry.state === "waiting" ? "waiting" : "present");
            }
        }
        return states;
    }

    countText(session) {
        const expected = session.people.filter((person) => person.expected).length;
        const count = this.states(session).size;
        return `${count} ${this.t("signed")} · ${expected} ${this.t("expected")}`;
    }

    drawSession() {
        const session = this.session;
        this.camera = el("div", { class: "camera" });
        this.counter = el("p", { class: "muted" });
        const search = el("input", {
            type: "search",
            name: "search",
            autocomplete: "off",
            placeholder: this.t("badge_or_name"),
            "aria-label": this.t("badge_or_name"),
            value: this.query,
            oninput: (event) => {
                this.query = event.target.value;
                this.drawPeople();
            },
        });
        this.peopleNode = el("div", { class: "people" });
        this.kit.main.replaceChildren(
            el(
                "div",
                { class: "row" },
                el(
                    "button",
                    { type: "button", class: "link narrow", onclick: () => this.choose(0) },
                    this.t("back")
                ),
                el("strong", {}, session.name)
            ),
            this.counter,
            this.camera,
            search,
            this.peopleNode,
            canScan()
                ? el(
                      "div",
                      { class: "bottom" },
                      el(
                          "button",
                          { type: "button", class: "primary", onclick: () => this.scan() },
                          this.t("scan_badge")
                      )
                  )
                : ""
        );
        this.drawPeople();
    }

    drawPeople() {
        if (!this.peopleNode || !this.session) {
            return;
        }
        const session = this.session;
        const states = this.states(session);
        this.counter.textContent = this.countText(session);
        const found = this.find(session).slice(0, SHOWN);
        const badge = normalBadge(this.query);
        this.peopleNode.replaceChildren(
            ...found.map((person) => this.personButton(person, states.get(person.id))),
            found.length ? "" : el("p", { class: "muted" }, this.t("nobody")),
            found.length || !/\d/.test(badge)
                ? ""
                : el(
                      "button",
                      {
                          type: "button",
                          class: "secondary",
                          onclick: () => this.sign({ badge, name: badge }, "badge"),
                      },
                      `${this.t("use_badge")} ${badge}`
                  )
        );
    }

    find(session) {
        const words = fold(this.query).split(/\s+/).filter(Boolean);
        const badge = normalBadge(this.query);
        const matches = (person) =>
            (badge && normalBadge(person.badge) === badge) ||
            words.every((word) => fold(`${person.name} ${person.name_ar}`).includes(word));
        const people = session.people.filter(
            (person) => (words.length || person.expected) && matches(person)
        );
        return people.sort(
            (one, other) =>
                Number(Boolean(other.expected)) - Number(Boolean(one.expected)) ||
                one.name.localeCompare(other.name)
        );
    }

    personButton(person, state) {
        const labels = { present: this.t("present"), waiting: this.t("to_send") };
        return el(
            "button",
            {
                type: "button",
                class: "person",
                disabled: Boolean(state),
                onclick: () => this.sign(person, "search"),
            },
            el(
                "span",
                {},
                el("strong", {}, this.nameOf(person)),
                el("small", {}, [person.badge, person.employer].filter(Boolean).join(" · "))
            ),
            state && el("span", { class: `badge ${state}` }, labels[state])
        );
    }

    nameOf(person) {
        return (this.kit.config.lang === "ar" && person.name_ar) || person.name;
    }

    async scan() {
        let code = "";
        try {
            code = await scan(this.camera, this.kit.texts);
        } catch {
            this.toast(this.t("no_camera"));
            return;
        }
        // A QR code may hold an address that ends with the badge number.
        const badge = normalBadge(code.split(/[/=]/).pop());
        if (!badge) {
            return;
        }
        const person = this.session.people.find((one) => normalBadge(one.badge) === badge);
        if (person && this.states(this.session).has(person.id)) {
            this.toast(`${this.nameOf(person)} · ${this.t("already")}`);
        } else {
            this.sign(person || { badge, name: badge }, "badge");
        }
    }

    // Signature

    sign(person, method) {
        this.signing = true;
        this.answers = { satisfaction: 0, score: "" };
        this.pad = new SignaturePad(this.kit.texts);
        this.kit.main.replaceChildren(
            el(
                "button",
                { type: "button", class: "link", onclick: () => this.draw() },
                this.t("back")
            ),
            el("h2", {}, this.nameOf(person)),
            el(
                "p",
                { class: "muted" },
                person.id
                    ? [person.badge, person.employer].filter(Boolean).join(" · ")
                    : this.t("unknown_badge")
            ),
            el("label", {}, this.t("sign_here")),
            this.pad.node,
            this.session.quiz ? this.scoreField() : "",
            el("label", {}, `${this.t("satisfaction")} (${this.t("optional")})`),
            this.stars(),
            el(
                "div",
                { class: "bottom" },
                el(
                    "button",
                    {
                        type: "button",
                        class: "primary",
                        onclick: () => this.confirm(person, method),
                    },
                    this.t("confirm")
                )
            )
        );
        this.pad.fit();
        window.scrollTo(0, 0);
    }

    scoreField() {
        return el(
            "label",
            {},
            this.t("score"),
            el("input", {
                type: "number",
                name: "score",
                min: 0,
                max: 100,
                inputmode: "numeric",
                oninput: (event) => (this.answers.score = event.target.value),
            })
        );
    }

    stars() {
        const buttons = [1, 2, 3, 4, 5].map((stars) =>
            el(
                "button",
                {
                    type: "button",
                    "aria-pressed": "false",
                    onclick: () => {
                        this.answers.satisfaction = stars;
                        buttons.forEach((button, index) =>
                            button.setAttribute("aria-pressed", String(index < stars))
                        );
                    },
                },
                String(stars)
            )
        );
        return el("div", { class: "stars" }, buttons);
    }

    async confirm(person, method) {
        if (this.pad.empty) {
            this.toast(this.t("signature_missing"));
            return;
        }
        if (!this.signing || this.saving) {
            return;
        }
        this.saving = true;
        const payload = {
            session: this.sessionId,
            worker: person.id || null,
            badge: person.badge || null,
            method,
            signature: this.pad.image,
        };
        if (this.answers.score !== "") {
            payload.score = Number(this.answers.score);
        }
        if (this.answers.satisfaction) {
            payload.satisfaction = this.answers.satisfaction;
        }
        try {
            await this.kit.outbox.add(payload, this.nameOf(person), {
                session: this.sessionId,
                worker: person.id || null,
            });
        } finally {
            this.saving = false;
        }
        this.query = "";
        this.draw();
        this.toast(`${this.nameOf(person)} · ${this.t("recorded")}`);
    }

    toast(text) {
        const node = el("div", { class: "toast", role: "status" }, text);
        document.body.append(node);
        setTimeout(() => node.remove(), 2500);
    }
}

export default (kit) => new AttendancePage(kit);
