// @ts-check
// Elements with their class and words. Words of users and servers only ever become text.

/** @param {string} tag @param {string} className @param {string} [words] @returns {HTMLElement} */
export const build = (tag, className, words = "") => {
    const element = document.createElement(tag);
    element.className = className;
    element.textContent = words;
    return element;
};

/** @param {string} className @param {string} words @param {() => void} press @returns {HTMLButtonElement} */
export const buildButton = (className, words, press) => {
    const button = /** @type {HTMLButtonElement} */ (build("button", `facechain-button ${className}`, words));
    button.type = "button"; // else it would submit a form around it
    button.addEventListener("click", press);
    return button;
};

/** @param {string} className @param {string} url @param {string} words for those who do not see it @returns {HTMLElement} */
export const buildPicture = (className, url, words) => {
    const picture = /** @type {HTMLImageElement} */ (build("img", className));
    return Object.assign(picture, { src: url, alt: words, loading: "lazy", draggable: false });
};

/** @param {HTMLElement} element has the focus now if what had it is gone: the page would get the keys */
export const catchFocus = (element) => {
    if (document.activeElement === document.body) element.focus();
};

/** @param {HTMLElement} element @param {string} words its tooltip, and its name for those who do not see it */
export const explain = (element, words) => {
    element.title = words;
    element.setAttribute("aria-label", words);
};
