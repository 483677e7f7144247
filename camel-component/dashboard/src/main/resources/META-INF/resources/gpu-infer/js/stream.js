/** The stream of samples: opened, watched, opened again after ever longer waits, closed while nobody looks. */

import {address} from './api.js';

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 15_000;
/** A sample comes each second; after this long without one the server counts as gone. */
const SILENCE_MS = 6000;

export class Stream {
  #source = null;
  #timer = null;
  #wait = FIRST_WAIT_MS;
  #listener;
  /** Counts what was opened and closed, so that a slow answer of before is told from now's. */
  #turn = 0;

  /**
   * @param {{catchUp: function(): Promise, sample: function(Object), state: function(Object),
   *   connection: function(string, string)}} listener catchUp loads the past, which the stream does not repeat;
   *   connection is told `live`, `lost`, `polling` or `paused`, and a sentence
   */
  constructor(listener) {
    this.#listener = listener;
    document.addEventListener('visibilitychange', () => document.hidden ? this.#pause() : this.#resume());
  }

  open() {
    if (document.hidden) {
      this.#pause();
    } else {
      this.#connect();
    }
  }

  async #connect() {
    const turn = ++this.#turn;
    try {
      await this.#listener.catchUp();
    } catch (failure) {
      if (turn === this.#turn) {
        this.#retry('lost', failure.message);
      }
      return;
    }
    if (turn !== this.#turn) {
      return;
    }
    const source = new EventSource(address('live/stream'));
    this.#source = source;
    this.#expectSample();
    source.addEventListener('sample', event => {
      this.#wait = FIRST_WAIT_MS;
      this.#expectSample();
      this.#listener.connection('live', 'Live');
      this.#listener.sample(JSON.parse(event.data));
    });
    source.addEventListener('state', event => this.#listener.state(JSON.parse(event.data)));
    // The browser's own way back knows no longer waits, and gives up on a refusal.
    source.addEventListener('error', () => {
      const refused = source.readyState === EventSource.CLOSED;
      this.#retry(refused ? 'polling' : 'lost',
        refused ? 'The application has no stream to spare' : 'The application is gone');
    });
  }

  #expectSample() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#retry('lost', 'The application has gone silent'), SILENCE_MS);
  }

  #retry(connection, why) {
    this.#close();
    const wait = this.#wait;
    this.#wait = Math.min(2 * wait, LONGEST_WAIT_MS);
    this.#listener.connection(connection, `${why}; trying again in ${Math.round(wait / 1000)} s`);
    // Not all tabs at the same moment.
    this.#timer = setTimeout(() => this.#connect(), wait * (0.9 + 0.2 * Math.random()));
  }

  #pause() {
    this.#close();
    this.#listener.connection('paused', 'Paused while the tab is hidden');
  }

  #resume() {
    this.#close();
    this.#wait = FIRST_WAIT_MS;
    this.#connect();
  }

  #close() {
    this.#turn++;
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }
}
