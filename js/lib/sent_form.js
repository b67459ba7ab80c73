// @ts-check
// A form on its way to the server, which can be watched and stopped. `fetch` tells nothing of what it has sent.

/**
 * @param {string} url
 * @param {FormData} form
 * @param {{ progress: (ratio: number) => void, signal: AbortSignal }} course
 * @returns {Promise<Response>} what the server answered. Throws an AbortError when it was stopped.
 */
export const sendForm = (url, form, { progress, signal }) =>
    new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        request.open("POST", url);
        request.upload.onprogress = ({ loaded, total }) => progress(total ? loaded / total : 0);
        request.onload = () => resolve(new Response(request.response, { status: request.status, statusText: request.statusText }));
        request.onerror = () => reject(new Error("the server could not be reached"));
        request.onabort = () => reject(new DOMException("stopped", "AbortError"));
        signal.addEventListener("abort", () => request.abort());
        request.send(form);
    });
