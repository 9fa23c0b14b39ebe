// Elements without a framework: text is always text, never HTML.

export function el(name, attributes = {}, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
        if (key.startsWith("on")) {
            node.addEventListener(key.slice(2), value);
        } else if (value === true) {
            node.setAttribute(key, "");
        } else if (value !== false && value !== null && value !== undefined) {
            node.setAttribute(key, value);
        }
    }
    node.append(...children.flat().filter((child) => child || child === 0));
    return node;
}

// Capitals, accents and Arabic marks do not count in a search.
export function fold(text) {
    return (text || "")
        .normalize("NFKD")
        .replace(/[\u0300-\u036f\u064b-\u0652\u0670\u0640]/g, "")
        .replace(/[أإآٱ]/g, "ا")
        .replace(/ى/g, "ي")
        .toLowerCase()
        .trim();
}
