// @ts-check
// Files that are dropped onto a part of the page.

/**
 * @param {HTMLElement} zone
 * @param {string} overClass that the zone has while files are held over it
 * @param {(files: File[]) => void} add
 */
export const acceptDrops = (zone, overClass, add) => {
    zone.addEventListener("dragover", (event) => {
        event.preventDefault();
        zone.classList.add(overClass);
    });
    zone.addEventListener("dragleave", () => zone.classList.remove(overClass));
    zone.addEventListener("drop", (event) => {
        event.preventDefault();
        event.stopPropagation(); // the page would open the file as a workflow
        zone.classList.remove(overClass);
        add([...(event.dataTransfer?.files ?? [])]);
    });
};
