/** The model under low, medium and high load, measured when asked. */

import {get, post, remove} from './api.js';
import {byId, html, problem, renew, table} from './dom.js';
import {number} from './format.js';

const PERIOD_MS = 500;
const STEPS = {'warm-up': 'Warming up', peak: 'Looking for the peak', low: 'Low load', medium: 'Medium load', high: 'High load'};

export class Load {
  #start = byId('load-start');
  #cancel = byId('load-cancel');
  #step = byId('load-step');
  #model = null;
  #watching = false;
  #running = false;

  constructor() {
    this.#start.addEventListener('click', () => this.#measure());
    this.#cancel.addEventListener('click', () => this.#act(() => remove('load')));
  }

  /** @param {?Object} model of the API's status */
  choose(model) {
    this.#model = model;
    this.#enable();
  }

  /** Shows the latest measurement, which another tab may have begun. */
  async watch() {
    if (this.#watching) {
      return;
    }
    this.#watching = true;
    try {
      let run = await get('load');
      this.#show(run);
      while (run.state === 'RUNNING') {
        await new Promise(later => setTimeout(later, PERIOD_MS));
        run = await get('load');
        this.#show(run);
      }
    } catch (failure) {
      this.#step.replaceChildren(problem(failure.message));
    } finally {
      this.#watching = false;
      this.#running = false;
      this.#enable();
    }
  }

  async #measure() {
    this.#start.disabled = true;
    if (await this.#act(() => post(`load?model=${encodeURIComponent(this.#model.id)}`))) {
      await this.watch();
    }
    this.#enable();
  }

  async #act(action) {
    try {
      await action();
      return true;
    } catch (failure) {
      this.#step.replaceChildren(problem(failure.message));
      return false;
    }
  }

  #enable() {
    this.#start.disabled = this.#running || !this.#model?.sample;
    this.#cancel.disabled = !this.#running;
    this.#start.title = this.#model && !this.#model.sample
      ? 'There is no sample to send to this model' : '';
  }

  #show(run) {
    this.#running = run.state === 'RUNNING';
    this.#enable();
    if (run.state === 'NONE') {
      renew(byId('load-rows'), [], () => html('p', {class: 'empty'}, 'Nothing was measured yet.'));
      return;
    }
    byId('load-progress').value = run.progressShare ?? 0;
    this.#step.textContent = words(run);
    renew(byId('load-rows'), [run.model, run.rows], () => table(`${run.model} under load`, [
      {title: 'Load', cell: r => `${r.level}, ${number(r.percentOfPeak)} %`},
      {title: 'Offered, 1/s', number: true, cell: r => number(r.offeredPerSecond)},
      {title: 'Answered, 1/s', number: true, cell: r => number(r.answeredPerSecond)},
      {title: 'Sent', number: true, cell: r => number(r.sent)},
      {title: 'Answered', number: true, cell: r => number(r.answered)},
      {title: 'Refused', number: true, cell: r => number(r.refused)},
      {title: 'Expired', number: true, cell: r => number(r.expired)},
      {title: 'Failed', number: true, cell: r => number(r.failed)},
      {title: 'p50, ms', number: true, cell: r => number(r.p50Ms)},
      {title: 'p95, ms', number: true, cell: r => number(r.p95Ms)},
      {title: 'p99, ms', number: true, cell: r => number(r.p99Ms)},
      {title: 'Batch, rows', number: true, cell: r => number(r.meanBatch)},
    ], run.rows));
  }
}

function words(run) {
  const peak = run.peakPerSecond === null ? '' : `; peak ${number(run.peakPerSecond)} requests/s`;
  return {
    RUNNING: `${run.model}: ${STEPS[run.step] ?? 'Starting'}${peak}`,
    DONE: `${run.model}: done${peak}`,
    CANCELLED: `${run.model}: cancelled`,
    FAILED: `${run.model}: ${run.message}`,
  }[run.state] ?? run.state;
}
