/** What a workload takes, by sliders over the figures that were measured here. */

import {get, post} from './api.js';
import {byId, describe, html, problem, table} from './dom.js';
import {bytes, duration, gflop, ms, number, percent, withUnit} from './format.js';

const PATIENCE_MS = 200;

/** Steps of 1, 2 and 5 in each power of ten. */
function steps(from, to) {
  const all = [];
  for (let power = 1; power <= to; power *= 10) {
    all.push(...[1, 2, 5].map(step => step * power).filter(value => value >= from && value <= to));
  }
  return all;
}

const DATASET = {name: 'Dataset', steps: steps(1, 1e9), start: 10_000, text: value => `${number(value)} items`};
const CALLERS = {name: 'Callers at once', steps: steps(1, 10_000), start: 10, text: number};
const RATE = {name: 'Items a second', steps: [0, ...steps(1, 1e6)], start: 0,
  text: value => value === 0 ? 'as answered' : `${number(value)} /s`};
const DEADLINE = {name: 'Deadline', steps: [0, ...steps(10, 100_000)], start: 0,
  text: value => value === 0 ? 'none' : ms(value)};

const BOUNDS = {
  COMPUTE: 'The work of the items decides: a faster device or a smaller model helps.',
  BATCH_OVERHEAD: 'What each batch costs decides: more callers at once help.',
  MEMORY: 'Memory decides: it holds only smaller batches than are allowed, or none.',
  DEADLINE: 'The deadline decides: the rate alone needs fewer devices.',
};

export class Capacity {
  #form = byId('demands');
  #plan = byId('plan');
  #models = [];
  #demands = [];
  #deadline = slider('deadline', DEADLINE);
  #timer = null;
  #pending = null;

  constructor() {
    this.#form.addEventListener('submit', event => event.preventDefault());
    this.#form.addEventListener('input', () => this.#later());
  }

  /** Asks for the figures again; sliders of models that are still there stay where they are. */
  async refresh() {
    let models;
    try {
      ({models} = await get('capacity'));
    } catch (failure) {
      this.#say('', '', problem(failure.message));
      return;
    }
    const known = JSON.stringify(models.map(model => [model.id, model.unknown]));
    const changed = known !== JSON.stringify(this.#models.map(model => [model.id, model.unknown]));
    this.#models = models;
    if (changed) {
      this.#rebuild();
    }
    await this.#compute();
  }

  #rebuild() {
    const before = new Map(this.#demands.map(demand => [demand.model, demand]));
    const measured = this.#models.filter(model => model.unknown === null);
    const anyChosen = measured.some(model => before.get(model.id)?.included.checked);
    this.#demands = measured.map((model, i) =>
      before.get(model.id) ?? demand(model.id, i, !anyChosen && i === 0));
    const unknown = this.#models.filter(model => model.unknown !== null);
    this.#form.replaceChildren(
      ...this.#demands.map(one => one.element),
      ...this.#demands.length > 0 ? [html('div', {class: 'demand'}, this.#deadline.element)] : [],
      ...unknown.length > 0 ? [html('details', {open: measured.length === 0},
        html('summary', {}, `${unknown.length} without figures`),
        describe(unknown.map(model => [model.id, model.unknown])))] : []);
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#compute(), PATIENCE_MS);
  }

  async #compute() {
    clearTimeout(this.#timer);
    this.#pending?.abort();
    const chosen = this.#demands.filter(one => one.included.checked);
    if (chosen.length === 0) {
      this.#say('', '', html('p', {class: 'empty'},
        this.#demands.length === 0 ? 'No model has been measured yet.' : 'Choose a model to plan for.'));
      return;
    }
    const demands = chosen.map(one => ({model: one.model, items: one.items.value,
      concurrency: one.callers.value, itemsPerSecond: one.rate.value}));
    const question = new AbortController();
    this.#pending = question;
    try {
      const plan = await post('capacity', JSON.stringify({demands, deadlineMs: this.#deadline.value || null}),
        'application/json', question.signal);
      this.#show(demands, plan);
    } catch (failure) {
      if (!question.signal.aborted) {
        this.#say('', '', problem(failure.message));
      }
    }
  }

  /** The verdict is read out, so it is told only when it is another one. */
  #say(formula, verdict, ...rest) {
    byId('formula').textContent = formula;
    if (byId('devices-needed').textContent !== verdict) {
      byId('devices-needed').textContent = verdict;
    }
    this.#plan.replaceChildren(...rest);
  }

  #show(demands, plan) {
    const figures = new Map(this.#models.map(model => [model.id, model]));
    const summands = demands.map(one =>
      `${number(figures.get(one.model).gflopPerItem)} GFLOP × ${number(one.items)} × ${number(one.concurrency)}`);
    const needed = plan.onNeeded;
    const verdict = plan.devices === 0 ? 'No number of devices is enough'
      : plan.devices === 1 ? '1 device' : `${number(plan.devices)} devices`;
    this.#say(`${summands.join(' + ')} = ${gflop(plan.totalGflop)}`, verdict,
      html('p', {}, BOUNDS[plan.bound] ?? plan.bound),
      html('h3', {}, 'Time for the whole dataset'),
      table('Time for the whole dataset', [
        {title: 'Devices', number: true, cell: row => number(row.devices)},
        {title: 'Time', number: true, cell: row => duration(row.seconds)},
      ], plan.datasets, true),
      html('h3', {}, `On ${plan.devices === 0 ? 'one device' : 'so many devices'}`),
      table('Forecast', [
        {title: 'Model', cell: row => row.model},
        {title: 'Items/s', number: true, cell: row => number(row.itemsPerSecond)},
        {title: 'Batch', number: true, cell: row => number(row.meanBatch)},
        {title: 'p50', number: true, cell: row => ms(row.p50Ms)},
        {title: 'p90', number: true, cell: row => ms(row.p90Ms)},
        {title: 'p99', number: true, cell: row => ms(row.p99Ms)},
      ], needed.models),
      html('p', {class: 'quiet'}, `Busy ${percent(needed.utilisationShare)}; memory ${bytes(plan.memoryBytes)} on each.`),
      html('details', {}, html('summary', {}, 'Measured here'), measured(demands.map(one => figures.get(one.model)))));
  }
}

function measured(models) {
  return table('Measured figures', [
    {title: 'Model', cell: m => m.id},
    {title: 'Work of an item', number: true, cell: m => withUnit(m.gflopPerItem, 'GFLOP')},
    {title: 'Time of an item', number: true, cell: m => ms(m.msPerItem)},
    {title: 'Of a batch', number: true, cell: m => ms(m.msPerBatch)},
    {title: 'Peak', number: true, cell: m => withUnit(m.peakPerSecond, 'items/s')},
    {title: 'Largest batch', number: true, cell: m => number(m.maxBatchSize)},
  ], models);
}

/** The sliders of one model. */
function demand(model, number_, chosen) {
  const included = html('input', {type: 'checkbox', checked: chosen});
  const items = slider(`items-${number_}`, DATASET);
  const callers = slider(`callers-${number_}`, CALLERS);
  const rate = slider(`rate-${number_}`, RATE);
  const sliders = html('div', {}, items.element, callers.element, rate.element);
  const show = () => {
    sliders.hidden = !included.checked;
  };
  included.addEventListener('change', show);
  show();
  return {
    model, included, items, callers, rate,
    element: html('fieldset', {class: 'demand'},
      html('legend', {}, html('label', {}, included, ' ', model)), sliders),
  };
}

/** A slider over steps, with the value it stands for beside it and told to screen readers. */
function slider(id, {name, steps: values, start, text}) {
  const input = html('input', {type: 'range', id, min: 0, max: values.length - 1, value: values.indexOf(start)});
  const output = html('output', {for: id});
  const show = () => {
    const words = text(values[input.value]);
    output.textContent = words;
    input.setAttribute('aria-valuetext', words);
  };
  input.addEventListener('input', show);
  show();
  return {
    element: html('div', {class: 'slider'}, html('label', {for: id}, name), input, output),
    get value() {
      return values[input.value];
    },
  };
}
