/** Devices, and the models with their versions. */

import {byId, html, renew, table} from './dom.js';
import {UNKNOWN, bytes, duration, number, percent} from './format.js';
import {stateOf} from './states.js';

/** @param {Object} status of the API */
export function showInventory(status) {
  byId('application').textContent = [
    status.version === null ? status.application : `${status.application} ${status.version}`,
    `Camel ${status.camelVersion}`, `up ${duration(status.uptimeMs / 1000)}`].join(', ');
  renew(byId('devices'), status.devices, () => table('Devices', [
    {title: 'No.', number: true, cell: d => d.index},
    {title: 'Name', cell: d => d.name},
    {title: 'Kind', cell: d => d.kind},
    {title: 'Driver', cell: d => d.driver ?? UNKNOWN},
    {title: 'Units', number: true, cell: d => number(d.computeUnits)},
    {title: 'Memory', number: true, cell: d => bytes(d.memoryBytes)},
    {title: 'Models', cell: d => d.models.join(', ') || 'none'},
  ], status.devices));
  renew(byId('models'), status.models, () => status.models.length === 0
    ? html('p', {class: 'empty'}, 'No started route uses a model.')
    : table('Models and versions', [
      {title: 'Model', cell: m => m.id},
      {title: 'Task', cell: m => m.task},
      {title: 'Serves', cell: m => version(m)},
      {title: 'Versions', cell: m => m.versions.join(', ') || UNKNOWN},
      {title: 'Device', cell: m => m.device ? `${m.device.kind}: ${m.device.name}` : UNKNOWN},
      {title: 'On the device', number: true, cell: m => m.allOnDevice === null ? UNKNOWN : percent(m.deviceShare)},
      {title: 'Weights', number: true, cell: m => bytes(sum(m.parts, part => part.weightBytes))},
      {title: 'State', cell: m => stateOf(m.state)},
    ], status.models));
}

function version(model) {
  return model.version === null ? 'none' : `${model.version}${model.pinned ? ' (pinned)' : ''}`;
}

function sum(parts, bytesOf) {
  return parts.length === 0 || parts.some(part => bytesOf(part) === null)
    ? null : parts.reduce((total, part) => total + bytesOf(part), 0);
}
