/** A text, a picture or a clip to a model, and its answer. Names of files and answers are shown as texts, whatever they hold. */

import {post} from './api.js';
import {clip, picture} from './boxes.js';
import {byId, describe, html, problem, table} from './dom.js';
import {ms, number, percent} from './format.js';
import {stateOf} from './states.js';

const NUMBERS_SHOWN = 8;
/** Tasks whose answers can be drawn. */
const FINDING = ['DETECTION', 'OCR'];
const RESULT_SHOWN = 20_000;

export class TryIt {
  #models = [];
  #choice = byId('try-model');
  #text = byId('try-text');
  #file = byId('try-file');
  #drop = byId('try-drop');
  #answer = byId('try-answer');
  #status = byId('try-status');
  #pending = null;
  /** Of the file on show. */
  #url = null;

  constructor() {
    byId('try-form').addEventListener('submit', event => {
      event.preventDefault();
      this.#sendText();
    });
    this.#file.addEventListener('change', () => this.#sendFile(this.#file.files[0]));
    this.#choice.addEventListener('change', () => this.#showAccepted());
    // A file dropped beside the zone would replace the page.
    document.addEventListener('dragover', event => event.preventDefault());
    document.addEventListener('drop', event => event.preventDefault());
    this.#drop.addEventListener('dragover', () => this.#drop.classList.add('over'));
    this.#drop.addEventListener('dragleave', () => this.#drop.classList.remove('over'));
    this.#drop.addEventListener('drop', event => {
      this.#drop.classList.remove('over');
      this.#sendFile(event.dataTransfer.files[0]);
    });
  }

  /** @param {Array<Object>} models of the API's status */
  setModels(models) {
    const open = models.filter(model => model.accepts.length > 0);
    const known = JSON.stringify(open.map(model => [model.id, model.accepts]));
    if (known === JSON.stringify(this.#models.map(model => [model.id, model.accepts]))) {
      return;
    }
    const chosen = this.#choice.value;
    this.#models = open;
    this.#choice.replaceChildren(...open.map(model =>
      html('option', {value: model.id, selected: model.id === chosen}, `${model.id} (${model.accepts.join(', ')})`)));
    this.#showAccepted();
  }

  #sendText() {
    const kind = this.#accepts('text') ? 'text' : this.#accepts('json') ? 'json' : this.#switchTo('text');
    if (kind === null) {
      this.#fail('No model here takes a text.');
    } else {
      this.#send(this.#text.value, kind === 'json' ? 'application/json' : 'text/plain', 'text', null);
    }
  }

  #sendFile(file) {
    if (!file) {
      return;
    }
    const kind = file.type.startsWith('image/') ? 'picture' : file.type.startsWith('video/') ? 'clip' : null;
    if (kind !== null && !this.#accepts(kind) && this.#switchTo(kind) === null) {
      this.#fail(`No model here takes a ${kind}.`);
      return;
    }
    this.#send(file, file.type || 'application/octet-stream', file.name, file);
  }

  async #send(body, type, name, file) {
    this.#pending?.abort();
    const question = new AbortController();
    this.#pending = question;
    this.#forgetFile();
    this.#answer.setAttribute('aria-busy', 'true');
    this.#answer.replaceChildren();
    this.#status.textContent = `Sending ${name} …`;
    try {
      const query = new URLSearchParams({model: this.#choice.value, name});
      const answer = await post(`try?${query}`, body, type, question.signal);
      if (file) {
        this.#url = URL.createObjectURL(file);
      }
      this.#answer.replaceChildren(...this.#render(answer));
      this.#status.textContent = `Answered in ${ms(answer.totalMs)}`;
    } catch (failure) {
      if (question.signal.aborted) {
        return;
      }
      this.#fail(`${name}: ${failure.message}`);
    }
    this.#answer.setAttribute('aria-busy', 'false');
    // The same file may be chosen again.
    this.#file.value = '';
  }

  #fail(words) {
    this.#status.textContent = '';
    this.#answer.replaceChildren(problem(words));
  }

  #render(answer) {
    const found = html('div', {});
    const showFound = frame => found.replaceChildren(...foundIn(frame));
    const media = [];
    if (answer.kind === 'picture' && answer.frames.length > 0 && this.#url) {
      media.push(picture(this.#url, answer.frames[0]));
      showFound(answer.frames[0]);
    } else if (answer.kind === 'clip' && answer.frames.length > 0 && this.#url) {
      media.push(clip(this.#url, answer.frames, showFound));
    } else if (answer.frames.length > 0) {
      showFound(answer.frames[0]);
    }
    return [facts(answer), ...media, found, ...values(answer)];
  }

  #accepts(kind) {
    return this.#models.find(model => model.id === this.#choice.value)?.accepts.includes(kind) ?? false;
  }

  /** A model that takes such a thing becomes the chosen one, rather one that finds something in it. */
  #switchTo(kind) {
    const able = this.#models.filter(one => one.accepts.includes(kind));
    const model = able.find(one => FINDING.includes(one.task)) ?? able[0];
    if (!model) {
      return null;
    }
    this.#choice.value = model.id;
    this.#showAccepted();
    return kind;
  }

  #showAccepted() {
    this.#text.placeholder = this.#accepts('json') && !this.#accepts('text')
      ? 'The JSON that the model takes' : 'Where is the package I ordered?';
  }

  #forgetFile() {
    if (this.#url) {
      URL.revokeObjectURL(this.#url);
      this.#url = null;
    }
  }
}

function facts(answer) {
  return describe([
    ['Sent', answer.name ?? answer.kind],
    ['Answered by', `${answer.model}, version ${answer.version}, on ${answer.device}`],
    ['On the device', percent(answer.deviceShare)],
    ['State', stateOf(answer.state)],
    ...answer.degraded ? [['Degraded', 'The device failed, and the processor answered.']] : [],
    ['Time', `${ms(answer.totalMs)} = queue ${ms(answer.queueMs)} + transfer ${ms(answer.transferMs)}`
      + ` + compute ${ms(answer.computeMs)} + rest ${ms(answer.restMs)}`],
    ['Shared a batch of', number(answer.batchSize)],
  ]);
}

function foundIn(frame) {
  const shown = [];
  if (frame.boxes?.length > 0) {
    shown.push(table('Found', [
      {title: 'What', cell: box => box.text ?? box.label},
      {title: 'Score', number: true, cell: box => number(box.score)},
      {title: 'Corners, pixels', cell: box => box.points.map(corner => `(${corner.map(number).join(', ')})`).join(' ')},
    ], frame.boxes));
  } else if (!frame.classes?.length) {
    shown.push(html('p', {class: 'empty'}, 'Nothing was found.'));
  }
  if (frame.classes?.length > 0) {
    shown.push(table('Classes', [
      {title: 'Class', cell: one => one.label},
      {title: 'Score', number: true, cell: one => number(one.score)},
    ], frame.classes));
  }
  return shown;
}

function values(answer) {
  const shown = [];
  if (answer.vector) {
    const first = answer.vector.slice(0, NUMBERS_SHOWN).map(value => value.toFixed(4)).join(', ');
    shown.push(html('p', {}, `${answer.vector.length} numbers: ${first}${answer.vector.length > NUMBERS_SHOWN ? ', …' : ''}`));
  }
  if (answer.result !== null && answer.result !== undefined) {
    const text = JSON.stringify(answer.result, null, 2);
    shown.push(html('pre', {tabindex: 0}, text.length > RESULT_SHOWN ? `${text.slice(0, RESULT_SHOWN)}\n…` : text));
  }
  return shown;
}
