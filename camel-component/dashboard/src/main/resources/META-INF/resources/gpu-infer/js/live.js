/** What the samples of each second tell of the chosen model: the row of figures, and the charts. */

import {BarChart, LineChart} from './charts.js';
import {byId, html} from './dom.js';
import {ms, number, percent, withUnit} from './format.js';
import {stateOf} from './states.js';

const refusedOf = point => point.refused + point.expired + point.failed;

export class Live {
  #throughput = new LineChart('Throughput', 'requests/s', [
    {name: 'answered', colour: 'first', value: p => p.requestsPerSecond},
    {name: 'not answered', colour: 'offline', value: refusedOf}]);
  #latency = new LineChart('Latency', 'ms', [
    {name: 'p50', colour: 'first', value: p => p.latency?.p50Ms ?? null},
    {name: 'p95', colour: 'second', value: p => p.latency?.p95Ms ?? null},
    {name: 'p99', colour: 'third', value: p => p.latency?.p99Ms ?? null}]);
  #queue = new LineChart('Queue', 'requests', [
    {name: 'waiting', colour: 'second', value: p => p.queueLength},
    {name: 'under way', colour: 'first', value: p => p.underWay}]);
  #batch = new LineChart('Mean batch', 'rows/run', [{name: 'mean', colour: 'fourth', value: p => p.meanBatch}]);
  #batches = new BarChart('Batch sizes in the last 10 s', 'rows in a run', 'runs');
  #busy = new LineChart('Devices busy', '%', []);
  #history;

  constructor(history) {
    this.#history = history;
    byId('charts').append(...[this.#throughput, this.#latency, this.#queue, this.#batch, this.#batches, this.#busy]
      .map(chart => chart.element));
  }

  /** @param {?string} id of the chosen model */
  show(id) {
    const points = this.#history.of(id);
    const latest = points.at(-1) ?? null;
    this.#throughput.show(points);
    this.#latency.show(points);
    this.#queue.show(points);
    this.#batch.show(points);
    this.#batches.show((latest?.batches ?? []).map(batch => [batch.size, batch.runs]));
    this.#busy.show(this.#history.devices);
    byId('figures').dataset.at = latest?.at ?? '';
    byId('figures').replaceChildren(...figures(latest).map(([term, value, unit]) =>
      html('div', {}, html('dt', {}, term),
        html('dd', {}, value, ...unit ? [' ', html('small', {}, unit)] : []))));
  }

  /** @param {Array<Object>} devices of the API's status, in the order in which samples tell of them */
  setDevices(devices) {
    const colours = ['first', 'second', 'third', 'fourth'];
    this.#busy.setLines(devices.map((device, i) => ({
      name: `${device.kind} ${device.index}`, colour: colours[i % colours.length],
      value: point => point.devices[i] ? 100 * point.devices[i].busyShare : null,
    })));
  }
}

function figures(latest) {
  return [
    ['State', stateOf(latest?.state ?? null)],
    ['Answered', number(latest?.requestsPerSecond), 'requests/s'],
    ['p50', ms(latest?.latency?.p50Ms)],
    ['p99', ms(latest?.latency?.p99Ms)],
    ['Mean batch', withUnit(latest?.meanBatch, 'rows')],
    ['Waiting', number(latest?.queueLength), latest ? `of ${number(latest.queueCapacity)}` : ''],
    ['Busy', percent(latest?.busyShare)],
    ['Answered in all', number(latest?.doneTotal), latest?.degradedTotal ? `${number(latest.degradedTotal)} degraded` : ''],
    ['Not answered', number(latest ? latest.refusedTotal + latest.expiredTotal + latest.failedTotal : null), 'in all'],
  ];
}
