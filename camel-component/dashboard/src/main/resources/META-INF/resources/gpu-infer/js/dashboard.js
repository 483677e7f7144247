/** Starts the page: what is asked when, and who shows it. */

import {get} from './api.js';
import {Capacity} from './capacity.js';
import {byId, html} from './dom.js';
import {showErrors} from './errors.js';
import {Flow} from './flow.js';
import {History, SAMPLES} from './history.js';
import {showInventory} from './inventory.js';
import {Live} from './live.js';
import {Load} from './load.js';
import {States} from './states.js';
import {Stream} from './stream.js';
import {TryIt} from './tryit.js';

const STATUS_PERIOD_MS = 5000;
const FIGURES_PERIOD_MS = 15_000;

const history = new History();
const live = new Live(history);
const states = new States();
const flow = new Flow();
const load = new Load();
const capacity = new Capacity();
const tryIt = new TryIt();
const choice = byId('model');

let status = null;
/** The chosen model; it may be gone for a while when the application is started anew. */
let wanted = null;

function chosen() {
  return status?.models.find(model => model.id === choice.value) ?? null;
}

async function refreshStatus() {
  status = await get('status');
  const ids = status.models.map(model => model.id);
  if (ids.join('\n') !== [...choice.options].map(option => option.value).join('\n')) {
    const before = ids.includes(wanted) ? wanted : choice.value;
    choice.replaceChildren(...ids.map(id => html('option', {value: id, selected: id === before}, id)));
  }
  showInventory(status);
  live.setDevices(status.devices);
  showChosen();
  tryIt.setModels(status.models);
}

function showChosen() {
  const model = chosen();
  for (const name of document.querySelectorAll('.model-name')) {
    name.textContent = model?.id ?? 'no model';
  }
  states.show(model, status.at, status.at - status.uptimeMs);
  live.show(model?.id ?? null);
  load.choose(model);
}

/**
 * Takes a sample of the stream, as each second brings one.
 *
 * @param {Object} sample of the API
 */
export function onSample(sample) {
  if (!history.add(sample)) {
    return;
  }
  live.show(chosen()?.id ?? null);
  const told = sample.models.find(model => model.id === choice.value);
  if (told && told.state !== chosen()?.state) {
    quietly(refreshStatus());
  }
}

/** Everything anew: at the start, after the server was gone, and when the tab is looked at again. */
async function catchUp() {
  const [past] = await Promise.all([get(`live?samples=${SAMPLES}`), refreshStatus()]);
  history.replace(past.samples);
  chooseBusiest();
  live.show(chosen()?.id ?? null);
  quietly(Promise.all([flow.refresh(), load.watch(), capacity.refresh(), showErrors()]));
}

/** Until somebody chooses, the model that has answered most; once one has answered, it stays that. */
function chooseBusiest() {
  const models = history.latest?.models ?? [];
  if (wanted === null && models.length > 0) {
    const busiest = models.reduce((most, model) => model.doneTotal > most.doneTotal ? model : most);
    choice.value = busiest.id;
    wanted = busiest.doneTotal > 0 ? busiest.id : null;
    showChosen();
  }
}

/** A failure shows in the connection already. */
function quietly(work) {
  work.catch(() => {});
}

function every(period, work) {
  setInterval(() => {
    if (!document.hidden && connection.dataset.connection === 'live') {
      quietly(work());
    }
  }, period);
}

const connection = byId('connection');

function showConnection(kind, words) {
  if (connection.textContent !== words) {
    connection.dataset.connection = kind;
    connection.textContent = words;
  }
}

choice.addEventListener('change', () => {
  wanted = choice.value;
  showChosen();
});
every(STATUS_PERIOD_MS, () => Promise.all([refreshStatus(), flow.refresh(), showErrors()]));
every(FIGURES_PERIOD_MS, () => capacity.refresh());

new Stream({
  catchUp,
  sample: onSample,
  state: () => quietly(Promise.all([refreshStatus(), showErrors()])),
  connection: showConnection,
}).open();
