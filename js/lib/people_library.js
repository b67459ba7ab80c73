// @ts-check
// What the page asks the server about people. Every function throws with the server's own words when it refused.
import { answerOf } from "./page.js";

const NAME_IS_TAKEN = 409;

/** @param {import("./page.js").Page} page */
export const createPeopleLibrary = ({ fetch }) => {
    const post = async (path, body, headers = {}) => fetch(`/facechain/people/${path}`, { method: "POST", body, headers });
    const change = async (path, values) =>
        answerOf(await post(path, JSON.stringify(values), { "Content-Type": "application/json" }));
    return {
        /** @returns {Promise<import("./people_items.js").ListedPerson[]>} */
        list: async () => (await answerOf(await fetch("/facechain/people"))).people,
        /** @param {string} slug @returns {Promise<import("./people_items.js").Taken>} what deleting takes */
        traces: async (slug) => answerOf(await fetch(personPath(slug, "traces"))),
        /** @param {string} slug @param {string} name @returns {Promise<string>} the slug from now on */
        rename: async (slug, name) => (await change("rename", { slug, name })).person,
        /** @param {string} slug */
        remove: async (slug) => change("delete", { slug }),
        /** @param {string} slug @returns {Promise<Blob>} the file of the exported person */
        exported: async (slug) => {
            // By fetch, not by a link: a link would save the words of a refusal as the file.
            const answer = await fetch(personPath(slug, "export"));
            return answer.ok ? answer.blob() : answerOf(answer);
        },
        /**
         * @param {File} file
         * @param {string} name empty for the person's own
         * @returns {Promise<{ person: string, display_name: string } | null>} null when somebody else has that name
         */
        take: async (file, name) => {
            const form = new FormData();
            if (name) form.append("name", name);
            form.append("file", file, "upload.person.zip");
            const answer = await post("import", form);
            return answer.status === NAME_IS_TAKEN ? null : answerOf(answer);
        },
    };
};

/** @param {string} slug @param {string} what @returns {string} */
const personPath = (slug, what) => `/facechain/people/${encodeURIComponent(slug)}/${what}`;
