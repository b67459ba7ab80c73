// @ts-check
// Everything that our scripts show, in both languages.

const TEXTS = {
    addPhotos: { en: "Add photos…", zh: "添加照片…" },
    dropHere: { en: "or drop 3 to 20 photos of one person here", zh: "或将同一个人的 3 到 20 张照片拖到这里" },
    remove: { en: "Remove this photo", zh: "移除这张照片" },
    uploading: { en: "Uploading {done} of {total}", zh: "正在上传 {done} / {total}" },
    uploadFailed: { en: "{name} could not be uploaded: {reason}", zh: "{name} 上传失败：{reason}" },
};

/**
 * @param {keyof typeof TEXTS} key
 * @param {string} locale "zh" and its variants are Chinese, all else is English
 * @param {Record<string, string | number>} [values] for the names in braces
 * @returns {string}
 */
export const text = (key, locale, values = {}) => {
    const words = locale.startsWith("zh") ? TEXTS[key].zh : TEXTS[key].en;
    return words.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
};
