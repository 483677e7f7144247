/** The states of the chosen model: the machine with the present one lit, the latest minutes as a strip, all changes. */

import {byId, html, renew, svg, table} from './dom.js';
import {time} from './format.js';

const MINUTES = 15;
const WIDTH = 160;
const HEIGHT = 46;
/** Upper left corners. */
const NODES = {STABLE: [0, 24], DEGRADED: [400, 24], OFFLINE: [400, 204], RECOVERING: [0, 204]};
/** From, to, event, words, line, and where the words stand. */
const EDGES = [
  ['STABLE', 'DEGRADED', 'STRAINED', 'strained', 'M160 38H398', [280, 31]],
  ['DEGRADED', 'STABLE', 'RELIEVED', 'relieved', 'M400 58H162', [280, 76]],
  ['STABLE', 'OFFLINE', 'DEVICE_FAILED', 'device failed', 'M130 70L428 202', [278, 141]],
  ['DEGRADED', 'OFFLINE', 'DEVICE_FAILED', 'device failed', 'M500 70V202', [500, 141]],
  ['OFFLINE', 'RECOVERING', 'DEVICE_BACK', 'device back', 'M400 238H162', [280, 257]],
  ['RECOVERING', 'OFFLINE', 'DEVICE_FAILED', 'device failed', 'M160 218H398', [280, 211]],
  ['RECOVERING', 'STABLE', 'PROVEN', 'proven', 'M60 204V72', [60, 141]],
];

/** A state by name and colour. */
export function stateOf(state) {
  return html('span', {class: 'state', 'data-state': state ?? ''}, state ?? 'not known');
}

export class States {
  #nodes = new Map();
  #edges;
  /** What was announced last, so that it is said once. */
  #said = null;

  constructor() {
    this.#edges = EDGES.map(([from, to, event, words, line, [x, y]]) =>
      svg('g', {class: 'edge', 'data-from': from, 'data-to': to, 'data-event': event},
        svg('path', {d: line, 'marker-end': 'url(#arrow)'}), svg('text', {x, y}, words)));
    for (const [state, [x, y]] of Object.entries(NODES)) {
      this.#nodes.set(state, svg('g', {class: 'node', 'data-state': state},
        svg('rect', {x, y, width: WIDTH, height: HEIGHT, rx: 8}),
        svg('text', {x: x + WIDTH / 2, y: y + 29}, state)));
    }
    byId('machine').append(svg('svg', {viewBox: '-2 0 566 270', role: 'img', 'aria-labelledby': 'state-title announcement'},
      svg('defs', {}, svg('marker', {id: 'arrow', viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 8, markerHeight: 8, orient: 'auto'},
        svg('path', {d: 'M0 0L8 4L0 8z'}))),
      ...this.#edges, ...this.#nodes.values()));
  }

  /**
   * @param {?Object} model of the API's status
   * @param {number} now of the server
   * @param {number} start of the application
   */
  show(model, now, start) {
    const latest = model?.history.at(-1) ?? null;
    for (const [state, node] of this.#nodes) {
      node.toggleAttribute('aria-current', state === model?.state);
    }
    for (const edge of this.#edges) {
      edge.toggleAttribute('data-latest', latest !== null
        && edge.dataset.from === latest.from && edge.dataset.to === latest.to);
    }
    this.#announce(model, latest);
    byId('timeline').replaceChildren(model ? timeline(model, now, start) : '');
    const history = model?.history ?? [];
    renew(byId('changes'), history, () => changes(history));
  }

  #announce(model, latest) {
    const text = !model ? 'No model is loaded'
      : `${model.id} is ${model.state}` + (latest ? ` since ${time(model.since)}: ${latest.reason}` : ' since it was loaded');
    if (text !== this.#said) {
      this.#said = text;
      byId('announcement').textContent = text;
    }
  }
}

/** What the state was at each time: the last change before it, of the worst part where there are several. */
function timeline(model, now, start) {
  const from = now - MINUTES * 60_000;
  const rank = ['STABLE', 'RECOVERING', 'DEGRADED', 'OFFLINE'];
  const parts = new Map(model.parts.map(part => [part.name, null]));
  for (const change of model.history) {
    if (!parts.get(change.part)) {
      parts.set(change.part, change.from);
    }
  }
  // Parts that never changed are as they were loaded.
  for (const part of model.parts) {
    parts.set(part.name, parts.get(part.name) ?? part.state);
  }
  const worst = () => [...parts.values()].reduce((a, b) => rank.indexOf(b) > rank.indexOf(a) ? b : a, 'STABLE');
  const stretches = [];
  let state = worst();
  let since = Math.max(from, start);
  for (const change of model.history) {
    parts.set(change.part, change.to);
    if (change.at > from && worst() !== state) {
      stretches.push([state, since, change.at]);
      since = change.at;
    }
    state = worst();
  }
  stretches.push([state, since, now]);
  return html('div', {class: 'timeline'},
    svg('svg', {viewBox: `0 0 ${MINUTES * 60} 18`, preserveAspectRatio: 'none', role: 'img',
      'aria-label': stretches.map(([of, start]) => `${of} from ${time(start)}`).join(', ')},
      ...stretches.map(([of, start, end]) => svg('rect', {'data-state': of, x: (start - from) / 1000, y: 0,
        width: Math.max(1, (end - start) / 1000), height: 18}))),
    html('div', {class: 'scale'}, html('span', {}, time(from)), html('span', {}, time(now))));
}

function changes(history) {
  if (history.length === 0) {
    return html('p', {class: 'empty'}, 'None since the model was loaded.');
  }
  return table('Changes of state, latest first', [
    {title: 'Time', cell: c => time(c.at)},
    {title: 'Part', cell: c => c.part},
    {title: 'From', cell: c => stateOf(c.from)},
    {title: 'To', cell: c => stateOf(c.to)},
    {title: 'Why', cell: c => c.reason},
  ], [...history].reverse());
}
