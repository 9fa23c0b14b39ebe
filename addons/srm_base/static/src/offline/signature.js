// A signature drawn with a finger, as a PNG without background.

import { el } from "./dom.js";

const HEIGHT = 180;

export class SignaturePad {
    constructor(texts) {
        this.empty = true;
        this.canvas = el("canvas", {
            class: "signature",
            role: "img",
            "aria-label": texts.signature,
        });
        this.node = el(
            "div",
            { class: "pad" },
            this.canvas,
            el(
                "button",
                { type: "button", class: "link", onclick: () => this.clear() },
                texts.clear
            )
        );
        this.canvas.addEventListener("pointerdown", (event) => this.begin(event));
        this.canvas.addEventListener("pointermove", (event) => this.draw(event));
        for (const name of ["pointerup", "pointercancel"]) {
            this.canvas.addEventListener(name, () => (this.drawing = false));
        }
    }

    // Called once the pad is on the page: a canvas has no size before.
    fit() {
        const scale = Math.min(window.devicePixelRatio || 1, 2);
        this.canvas.width = this.canvas.clientWidth * scale;
        this.canvas.height = HEIGHT * scale;
        this.pen = this.canvas.getContext("2d");
        this.pen.scale(scale, scale);
        this.pen.lineWidth = 2.2;
        this.pen.lineCap = "round";
        this.pen.lineJoin = "round";
        this.pen.strokeStyle = "#1a1a1a";
    }

    begin(event) {
        event.preventDefault();
        this.canvas.setPointerCapture(event.pointerId);
        this.drawing = true;
        this.empty = false;
        this.pen.beginPath();
        this.pen.moveTo(event.offsetX, event.offsetY);
    }

    draw(event) {
        if (this.drawing) {
            this.pen.lineTo(event.offsetX, event.offsetY);
            this.pen.stroke();
        }
    }

    clear() {
        this.empty = true;
        this.pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    }

    get image() {
        return this.empty ? "" : this.canvas.toDataURL("image/png");
    }
}
