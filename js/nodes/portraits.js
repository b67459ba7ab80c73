// @ts-check
// Rank Portraits: the ranked pictures as a gallery.
import { viewPath } from "../lib/page.js";
import { portraitCaption, rankingFromOutput } from "../lib/ranked_portraits.js";
import { viewPictures } from "../widgets/picture_viewer.js";
import { createPortraitGallery } from "../widgets/portrait_gallery.js";
import { addElement, growToFit } from "./widgets.js";

const HEIGHT_PX = { empty: 32, filled: 300 };

/** @param {any} node @param {import("../lib/page.js").Page} page */
export const addPortraitGallery = (node, page) => {
    let isFilled = false;
    const gallery = createPortraitGallery({
        enlarge: (ranking, place) => {
            const pictures = ranking.portraits.map((portrait) => ({
                url: page.url(viewPath(portrait.image)),
                caption: portraitCaption(portrait, ranking, page.locale()),
            }));
            viewPictures(pictures, place, page.locale());
        },
        url: (portrait) => page.url(viewPath(portrait.image)), // small already
        locale: page.locale,
    });
    addElement(node, "portrait_gallery", gallery.element, () => (isFilled ? HEIGHT_PX.filled : HEIGHT_PX.empty));
    return (output) => {
        const ranking = rankingFromOutput(output);
        if (!ranking) return;
        gallery.show(ranking);
        if (isFilled) return;
        isFilled = true;
        growToFit(node);
    };
};
