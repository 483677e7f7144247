/** Where requests and their time went, as a Sankey diagram: what flows into a place flows out of it. */

import {get} from './api.js';
import {Chart, colour} from './charts.js';
import {byId, html, problem} from './dom.js';
import {number, percent} from './format.js';

const COLOURS = {source: 'quiet', model: 'first', device: 'third', part: 'fourth'};
const NAMED = {
  'outcome:refused': 'degraded', 'outcome:expired': 'second', 'outcome:failed': 'offline',
  'part:queue': 'second', 'part:transfer': 'recovering', 'part:compute': 'fourth', 'part:rest': 'quiet',
};

export class Flow {
  #charts = {requests: new Chart('Requests', true), time: new Chart('Time of answered requests, ms', true)};
  #sum = html('p', {class: 'quiet', id: 'flow-sum'});
  #form = byId('flow-choice');
  #answer = null;
  #asked = 0;

  constructor() {
    byId('flow-chart').append(this.#sum, ...Object.values(this.#charts).map(chart => chart.element));
    this.#form.addEventListener('change', () => this.refresh());
    this.#form.addEventListener('submit', event => event.preventDefault());
  }

  async refresh() {
    const asked = ++this.#asked;
    try {
      const answer = await get(`flow?seconds=${this.#form.elements.seconds.value}`);
      // A later question may have been answered before.
      if (asked === this.#asked) {
        this.#answer = answer;
        this.#show();
      }
    } catch (failure) {
      if (asked === this.#asked && this.#answer === null) {
        this.#sum.replaceChildren(problem(failure.message));
      }
    }
  }

  #show() {
    const measure = this.#form.elements.measure.value;
    for (const [name, chart] of Object.entries(this.#charts)) {
      chart.element.hidden = name !== measure;
    }
    const graph = this.#answer[measure];
    const labels = new Map(graph.nodes.map(node => [node.name, node.label]));
    const total = sumOf(graph.links.filter(link => graph.nodes.find(n => n.name === link.source).kind === 'source'));
    const ends = sumOf(graph.links.filter(link => !graph.links.some(other => other.source === link.target)));
    this.#sum.textContent = graph.links.length === 0
      ? 'No request ended in this time.'
      : `${number(total)} ${graph.unit} in, ${number(ends)} ${graph.unit} out.`;
    this.#charts[measure].show(() => option(graph, labels), () => ({
      columns: [
        {title: 'From', cell: link => labels.get(link.source)},
        {title: 'To', cell: link => labels.get(link.target)},
        {title: `Amount, ${graph.unit}`, number: true, cell: link => number(link.value)},
        {title: 'Of all', number: true, cell: link => percent(link.value / total)},
      ],
      rows: graph.links,
    }), this.#sum.textContent);
  }
}

function option(graph, labels) {
  const narrow = byId('flow-chart').clientWidth < 600;
  const text = value => `${number(value)} ${graph.unit}`;
  return {
    tooltip: {
      renderMode: 'richText', confine: true, backgroundColor: colour('panel'), borderColor: colour('line'),
      textStyle: {color: colour('ink'), fontSize: 12},
      formatter: part => part.dataType === 'edge'
        ? `${labels.get(part.data.source)} → ${labels.get(part.data.target)}\n${text(part.value)}`
        : `${labels.get(part.name)}\n${text(part.value)}`,
    },
    series: [{
      type: 'sankey', left: 4, right: narrow ? 84 : 180, top: 12, bottom: 12, nodeGap: 18, nodeWidth: 12,
      draggable: false, emphasis: {focus: 'adjacency'},
      data: graph.nodes.map(node => ({
        name: node.name,
        itemStyle: {color: colour(NAMED[node.name] ?? COLOURS[node.kind] ?? 'quiet'), borderWidth: 0},
      })),
      links: graph.links,
      lineStyle: {color: 'source', opacity: 0.25},
      label: {color: colour('ink'), fontSize: narrow ? 10 : 12, lineHeight: narrow ? 12 : 15, textBorderWidth: 0,
        width: narrow ? 78 : 170, overflow: 'truncate',
        formatter: part => `${labels.get(part.name)}\n${number(part.value)}`},
    }],
  };
}

function sumOf(links) {
  return links.reduce((total, link) => total + link.value, 0);
}
