// @ts-check
// Answers that come in another order than their questions were asked.

/**
 * @template T
 * @param {() => Promise<T>} ask
 * @param {(answer: T) => void} take gets no answer to a question that was asked before one it has, or waits for
 * @returns {() => Promise<T>} asks once more and returns that answer, taken or not
 */
export const takingNewest = (ask, take) => {
    let newest = 0;
    return async () => {
        const number = ++newest;
        const answer = await ask();
        if (number === newest) take(answer);
        return answer;
    };
};
