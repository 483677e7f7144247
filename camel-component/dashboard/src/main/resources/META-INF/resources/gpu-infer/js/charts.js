/** Charts by Apache ECharts, in the page's colours, each with its figures as a table. */

import {html, table} from './dom.js';
import {number, time} from './format.js';

const dark = matchMedia('(prefers-color-scheme: dark)');
const MINUTES_SHOWN = 5;
const ROWS_SHOWN = 60;

/** A megabyte of script, so it comes after the first paint. */
let library;
function echarts() {
  library ??= import('./echarts.js');
  return library;
}

/** A colour of the style sheet. */
export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** What all charts have in common. Tooltips are drawn, not made of markup. */
function base() {
  return {
    animation: false,
    textStyle: {fontFamily: getComputedStyle(document.body).fontFamily},
    tooltip: {
      renderMode: 'richText', confine: true, backgroundColor: colour('panel'), borderColor: colour('line'),
      textStyle: {color: colour('ink'), fontSize: 12},
    },
  };
}

/**
 * A figure with a title, a chart and its table. Nothing is drawn while it is out of sight, and nothing of the table
 * while that is closed.
 */
export class Chart {
  element;
  #canvas = html('div', {class: 'canvas', role: 'img'});
  #rows = html('div', {class: 'scroll', tabindex: 0, role: 'region'});
  #details;
  #title;
  #drawn = null;
  #visible = false;
  #due = false;
  #asked = false;
  #option = null;
  #table = null;

  /** @param {string} title with the unit, since it names the chart and its table */
  constructor(title, tall = false) {
    this.#title = title;
    this.#canvas.setAttribute('aria-label', title);
    this.#rows.setAttribute('aria-label', `${title}, as a table`);
    this.#details = html('details', {}, html('summary', {}, 'As a table', html('span', {class: 'hidden'}, `: ${title}`)), this.#rows);
    this.element = html('figure', {class: tall ? 'chart tall' : 'chart'},
      html('figcaption', {}, title), this.#canvas, this.#details);
    this.#details.addEventListener('toggle', () => this.#showTable());
    new IntersectionObserver(entries => {
      this.#visible = entries.at(-1).isIntersecting;
      this.#draw();
    }, {rootMargin: '100px'}).observe(this.#canvas);
    new ResizeObserver(() => this.#drawn?.resize()).observe(this.#canvas);
    dark.addEventListener('change', () => this.#redraw());
  }

  /**
   * @param {function(): Object} option of ECharts, asked again when the colours change
   * @param {function(): {columns: Array, rows: Array}} rows as dom.table takes them
   * @param {string} summary for those who do not see the chart
   */
  show(option, rows, summary) {
    this.#option = option;
    this.#table = rows;
    this.#canvas.setAttribute('aria-label', `${this.#title}: ${summary}`);
    this.#redraw();
    this.#showTable();
  }

  #redraw() {
    this.#due = true;
    this.#draw();
  }

  /** Once a frame at most, however much comes in between. */
  #draw() {
    if (this.#due && this.#visible && this.#option && !this.#asked) {
      this.#asked = true;
      requestAnimationFrame(async () => {
        const {init} = await echarts();
        this.#drawn ??= init(this.#canvas);
        this.#asked = false;
        this.#due = false;
        this.#drawn.setOption({...base(), ...this.#option()}, {notMerge: true});
      });
    }
  }

  #showTable() {
    if (this.#details.open && this.#table) {
      const {columns, rows} = this.#table();
      this.#rows.replaceChildren(table(this.#title, columns, rows));
    }
  }
}

/** Lines over the latest minutes. */
export class LineChart {
  #chart;
  #unit;
  #lines;

  /**
   * @param {string} title
   * @param {string} unit of the vertical axis
   * @param {Array<{name: string, colour: string, value: function(Object): ?number}>} lines colours by their names in
   *   the style sheet
   */
  constructor(title, unit, lines) {
    this.#chart = new Chart(`${title}, ${unit}`);
    this.#unit = unit;
    this.#lines = lines;
  }

  get element() {
    return this.#chart.element;
  }

  /** As the constructor's; for lines that are known later. */
  setLines(lines) {
    this.#lines = lines;
  }

  /** @param {Array<{at: number}>} points oldest first */
  show(points) {
    const latest = points.at(-1);
    this.#chart.show(() => this.#option(points), () => this.#table(points),
      latest ? this.#lines.map(line => `${line.name} ${number(line.value(latest))}`).join(', ') : 'nothing yet');
  }

  #option(points) {
    const end = points.at(-1)?.at ?? Date.now();
    return {
      grid: {left: 60, right: 30, top: 34, bottom: 40},
      legend: {top: 0, right: 8, itemWidth: 16, itemHeight: 8, textStyle: {color: colour('quiet'), fontSize: 12},
        show: this.#lines.length > 1},
      tooltip: {...base().tooltip, trigger: 'axis', valueFormatter: value => `${number(value)} ${this.#unit}`,
        axisPointer: {lineStyle: {color: colour('quiet')}}},
      xAxis: {type: 'time', min: end - MINUTES_SHOWN * 60_000, max: end, splitNumber: 4,
        name: 'time of day, h:min:s', ...axis(26), axisLabel: {...label(), formatter: time, hideOverlap: true}},
      // Without a value there would be no scale either.
      yAxis: {type: 'value', min: 0, max: points.some(p => this.#lines.some(line => line.value(p))) ? null : 1,
        name: this.#unit, ...axis(46), axisLabel: {...label(), formatter: number}, splitLine: {lineStyle: {color: colour('grid')}}},
      series: this.#lines.map(line => ({
        type: 'line', name: line.name, showSymbol: false, color: colour(line.colour), lineStyle: {width: 1.6},
        data: withGaps(points).map(p => [p.at, p.gap ? null : line.value(p)]),
      })),
    };
  }

  #table(points) {
    return {
      columns: [{title: 'Time', cell: p => time(p.at)},
        ...this.#lines.map(line => ({title: `${line.name}, ${this.#unit}`, number: true,
          cell: p => number(line.value(p))}))],
      rows: points.slice(-ROWS_SHOWN).reverse(),
    };
  }
}

/** Bars of one measure. */
export class BarChart {
  #chart;
  #across;
  #unit;

  /**
   * @param {string} title
   * @param {string} across what the horizontal axis counts
   * @param {string} unit of the vertical axis
   */
  constructor(title, across, unit) {
    this.#chart = new Chart(`${title}, ${unit}`);
    this.#across = across;
    this.#unit = unit;
  }

  get element() {
    return this.#chart.element;
  }

  /** @param {Array<[string|number, number]>} bars */
  show(bars) {
    this.#chart.show(() => ({
      grid: {left: 60, right: 14, top: 34, bottom: 40},
      tooltip: {...base().tooltip, formatter: bar => `${bar.name} ${this.#across}: ${number(bar.value)} ${this.#unit}`},
      xAxis: {type: 'category', data: bars.map(([name]) => String(name)), name: this.#across, ...axis(26), axisLabel: label()},
      yAxis: {type: 'value', min: 0, max: bars.length > 0 ? null : 1, minInterval: 1, name: this.#unit, ...axis(46),
        axisLabel: {...label(), formatter: number}, splitLine: {lineStyle: {color: colour('grid')}}},
      series: [{type: 'bar', barMaxWidth: 36, color: colour('first'), data: bars.map(([, value]) => value)}],
    }), () => ({
      columns: [{title: this.#across, number: true, cell: ([name]) => name},
        {title: this.#unit, number: true, cell: ([, value]) => number(value)}],
      rows: bars,
    }), bars.length ? bars.map(([name, value]) => `${name}: ${number(value)}`).join(', ') : 'nothing yet');
  }
}

function axis(nameGap) {
  return {nameLocation: 'middle', nameGap, nameTextStyle: {color: colour('quiet'), fontSize: 11},
    axisLine: {lineStyle: {color: colour('line')}}, axisTick: {lineStyle: {color: colour('line')}}};
}

function label() {
  return {color: colour('quiet'), fontSize: 11};
}

/** No line is drawn over a time of which nothing is known. */
function withGaps(points) {
  return points.flatMap((point, i) =>
    i > 0 && point.at - points[i - 1].at > 5000 ? [{at: point.at - 1, gap: true}, point] : [point]);
}
