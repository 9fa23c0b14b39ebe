// Badges and QR codes with the camera, where the browser can read them.

import { el } from "./dom.js";

const FORMATS = ["qr_code", "code_128", "code_39", "ean_13", "data_matrix"];
const EVERY = 200;

export function canScan() {
    return "BarcodeDetector" in window && Boolean(navigator.mediaDevices?.getUserMedia);
}

// Shows the camera in `place` until a code is read; resolves with its text, or with ""
// when the person stops.
export async function scan(place, texts) {
    const detector = new BarcodeDetector({ formats: FORMATS });
    const stream = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment" },
    });
    const video = el("video", { autoplay: true, playsinline: true, muted: true });
    video.srcObject = stream;
    let stopped = false;
    const stop = el(
        "button",
        { type: "button", class: "secondary", onclick: () => (stopped = true) },
        texts.stop
    );
    place.replaceChildren(video, stop);
    try {
        while (!stopped) {
            await new Promise((resolve) => setTimeout(resolve, EVERY));
            const [code] = video.readyState >= 2 ? await detector.detect(video) : [];
            if (code) {
                return code.rawValue;
            }
        }
        return "";
    } finally {
        stream.getTracks().forEach((track) => track.stop());
        place.replaceChildren();
    }
}
