/** The latest samples, and no more of them however long the page is open. */

export const SAMPLES = 300;

export class History {
  /** Oldest first. */
  #samples = [];

  /** @param {Array<Object>} samples oldest first */
  replace(samples) {
    this.#samples = samples.slice(-SAMPLES);
  }

  /** @returns {boolean} false for one that is there already */
  add(sample) {
    const last = this.#samples.at(-1);
    if (last && sample.at <= last.at) {
      return false;
    }
    this.#samples.push(sample);
    if (this.#samples.length > SAMPLES) {
      this.#samples.shift();
    }
    return true;
  }

  get latest() {
    return this.#samples.at(-1) ?? null;
  }

  get length() {
    return this.#samples.length;
  }

  /** What was told of a model: `{at, …}`, oldest first, without the samples in which it was not there. */
  of(id) {
    return this.#samples.flatMap(sample => {
      const model = sample.models.find(m => m.id === id);
      return model ? [{at: sample.at, ...model}] : [];
    });
  }

  /** What was told of the devices: `{at, devices}`, oldest first. */
  get devices() {
    return this.#samples.map(sample => ({at: sample.at, devices: sample.devices}));
  }
}
