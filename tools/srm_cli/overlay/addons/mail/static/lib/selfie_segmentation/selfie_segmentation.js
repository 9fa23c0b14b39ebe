/**
 * Stand-in for MediaPipe's Selfie Segmentation, which Debian's Odoo package leaves out
 * (it is only published as a binary build). The library serves one purpose: blurring the
 * background of one's own camera in Discuss calls. `mail`'s manifest names this file in
 * the web client's bundle, so without it every page load logs an error.
 *
 * Discuss creates the object when a user asks for the blur and shows the message of the
 * error it may throw as a notification, then goes on with the plain picture (see
 * `toggleVideo` in rtc_service.js and `enableBlur` in call_preview.js). Saying so there
 * is all this file has to do.
 */
(function () {
    "use strict";

    const MESSAGES = {
        ar: "تمويه الخلفية غير متاح: مكتبة المعالجة غير مثبتة على هذا الخادم.",
        en: "Background blur is not available: its library is not installed on this server.",
        fr: "Le flou d’arrière-plan n’est pas disponible : sa bibliothèque n’est pas installée sur ce serveur.",
    };

    window.SelfieSegmentation = class SelfieSegmentation {
        constructor() {
            // The localization service gives luxon the language of the user.
            const locale = window.luxon?.Settings.defaultLocale || navigator.language;
            const lang = locale.slice(0, 2);
            throw new Error(MESSAGES[lang] || MESSAGES.en);
        }
    };
})();
