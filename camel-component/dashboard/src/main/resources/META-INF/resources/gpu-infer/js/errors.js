/** What went wrong lately, and what to do about it. */

import {get} from './api.js';
import {byId, html, problem, renew, table} from './dom.js';
import {UNKNOWN, number, time} from './format.js';

export async function showErrors() {
  let errors;
  try {
    ({errors} = await get('errors'));
  } catch (failure) {
    renew(byId('error-list'), failure.message, () => problem(failure.message));
    return;
  }
  renew(byId('error-list'), errors, () => errors.length === 0
    ? html('p', {class: 'empty'}, 'None.')
    : table('Recent errors, latest first', [
      {title: 'Time', cell: e => time(e.at)},
      {title: 'Model', cell: e => e.model ?? UNKNOWN},
      {title: 'Kind', cell: e => e.kind},
      {title: 'Times', number: true, cell: e => number(e.count)},
      {title: 'What', cell: e => e.message},
      {title: 'What to do', cell: e => e.advice ?? UNKNOWN},
    ], errors));
}
