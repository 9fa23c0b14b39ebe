// Site diary: choose the project, write, take photos, record. The position is taken when
// the phone gives it; nothing here needs the network.

import { el } from "/srm_base/static/src/offline/dom.js";

// Longest side of a photo, in pixels: readable, and small enough for a weak network.
const LARGEST = 1600;
const QUALITY = 0.8;

// A smaller JPEG of what the camera gave, as a data URL.
async function reduced(file) {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, LARGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/jpeg", QUALITY);
}

class SitePage {
    constructor(kit) {
        this.kit = kit;
        this.project = null;
        this.photos = [];
        this.position = null;
        kit.onData(() => this.project || this.draw());
        this.draw();
    }

    t(key) {
        return this.kit.t(key);
    }

    draw() {
        if (this.project) {
            this.drawEntry();
        } else {
            this.drawChoice();
        }
    }

    drawChoice() {
        const projects = this.kit.data?.projects || [];
        const nothing = this.kit.data ? "no_project" : "nothing_cached";
        this.kit.main.replaceChildren(
            el("h2", {}, this.t("projects")),
            ...projects.map((project) =>
                el(
                    "button",
                    {
                        type: "button",
                        class: "card project",
                        onclick: () => this.choose(project),
                    },
                    el("strong", {}, project.name),
                    el("small", {}, [project.number, project.place].join(" · "))
                )
            ),
            projects.length ? "" : el("p", { class: "muted" }, this.t(nothing))
        );
    }

    choose(project) {
        this.project = project;
        this.photos = [];
        this.position = null;
        this.draw();
        navigator.geolocation?.getCurrentPosition(
            (found) => {
                this.position = found.coords;
                this.showPosition();
            },
            () => this.showPosition(),
            { enableHighAccuracy: true, timeout: 20000 }
        );
    }

    leave() {
        this.project = null;
        this.draw();
    }

    drawEntry() {
        this.text = el("textarea", { rows: 4, "aria-label": this.t("text") });
        this.blocking = el("input", { type: "checkbox", name: "blocking" });
        this.count = el("span", { class: "photos" });
        this.place = el("p", { class: "muted position" });
        const camera = el("input", {
            type: "file",
            accept: "image/*",
            capture: "environment",
            name: "photo",
            hidden: true,
            onchange: (event) => this.addPhoto(event.target.files[0]),
        });
        this.kit.main.replaceChildren(
            el(
                "button",
                { type: "button", class: "link", onclick: () => this.leave() },
                this.t("back")
            ),
            el("h2", {}, this.project.name),
            el("label", {}, this.t("text"), this.text),
            el("label", { class: "check" }, this.blocking, " ", this.t("blocking")),
            camera,
            el(
                "button",
                { type: "button", class: "secondary", onclick: () => camera.click() },
                this.t("photo"),
                " ",
                this.count
            ),
            this.place,
            el(
                "div",
                { class: "bottom" },
                el(
                    "button",
                    { type: "button", class: "primary", onclick: () => this.record() },
                    this.t("record")
                )
            )
        );
        this.showPosition();
        this.showPhotos();
    }

    async addPhoto(file) {
        if (file) {
            this.photos.push(await reduced(file));
            this.showPhotos();
        }
    }

    showPhotos() {
        this.count.textContent = this.photos.length
            ? `(${this.photos.length} ${this.t("photos")})`
            : "";
        this.count.dataset.count = this.photos.length;
    }

    showPosition() {
        const found = this.position;
        this.place.textContent = found
            ? `${this.t("position")}: ${found.latitude.toFixed(5)}, ${found.longitude.toFixed(5)}`
            : this.t("no_position");
    }

    async record() {
        const text = this.text.value.trim();
        if (!text && !this.photos.length) {
            this.place.textContent = this.t("write_first");
            return;
        }
        await this.kit.outbox.add(
            {
                project: this.project.id,
                text,
                blocking: this.blocking.checked,
                photos: this.photos,
                latitude: this.position?.latitude,
                longitude: this.position?.longitude,
            },
            `${this.project.name} · ${text.slice(0, 40) || this.t("photo")}`
        );
        this.leave();
        this.kit.main.prepend(el("p", { class: "toast", role: "status" }, this.t("recorded")));
    }
}

export default (kit) => new SitePage(kit);
