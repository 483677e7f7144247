/** Elements made of code alone: whatever comes from data becomes a text, never markup. */

const SVG = 'http://www.w3.org/2000/svg';

/**
 * An HTML element.
 *
 * @param {string} name
 * @param {Object<string, ?string|number|boolean>} attributes null and false are left out, true has no value
 * @param {...(Node|string|number)} children anything but a node becomes a text
 */
export function html(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** The same in SVG. */
export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

export function byId(id) {
  return document.getElementById(id);
}

/**
 * A table.
 *
 * @param {string} caption for those who do not see what stands above it
 * @param {Array<{title: string, number?: boolean, cell: function(*): (Node|string|number)}>} columns
 * @param {Array<*>} rows
 * @param {boolean} small no wider than what is in it
 */
export function table(caption, columns, rows, small = false) {
  const head = columns.map(c => html('th', {scope: 'col', class: c.number ? 'number' : null}, c.title));
  const body = rows.map(row => html('tr', {}, ...columns.map(
    // On a narrow page a row is a list of cells, each beside its title.
    c => html('td', {class: c.number ? 'number' : null, 'data-title': c.title}, c.cell(row)))));
  return html('table', {class: small ? 'small' : null}, html('caption', {class: 'hidden'}, caption),
    html('thead', {}, html('tr', {}, ...head)), html('tbody', {}, ...body));
}

const shown = new WeakMap();

/**
 * Renews what a place shows, unless it was made of the same data: what somebody reads or selects stays.
 *
 * @param {Element} place
 * @param {*} data
 * @param {function(): Node} make
 */
export function renew(place, data, make) {
  const told = JSON.stringify(data);
  if (shown.get(place) !== told) {
    shown.set(place, told);
    place.replaceChildren(make());
  }
}

export function describe(pairs) {
  return html('dl', {class: 'pairs'}, ...pairs.flatMap(
    ([term, value]) => [html('dt', {}, term), html('dd', {}, value)]));
}

export function problem(text) {
  return html('p', {class: 'problem', role: 'alert'}, text);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(...children.map(child => child instanceof Node ? child : String(child)));
  return element;
}
