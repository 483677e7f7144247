/** A picture or clip with what was found in it drawn on top, in the pixels that the model counted. */

import {html, svg} from './dom.js';
import {duration, number} from './format.js';

/**
 * The picture with its boxes.
 *
 * @param {string} url of the picture
 * @param {Object} frame of the API's answer
 */
export function picture(url, frame) {
  const image = html('img', {src: url, alt: 'The picture that was sent'});
  const around = html('div', {class: 'picture'}, image, overlay(frame));
  image.addEventListener('error', () => withoutPicture(around, image));
  return around;
}

/**
 * The clip, with the boxes of one frame at a time.
 *
 * @param {string} url of the clip
 * @param {Array<Object>} frames of the API's answer
 * @param {function(Object)} shown is told which frame is shown
 */
export function clip(url, frames, shown) {
  const video = html('video', {src: url, muted: true, preload: 'auto', 'aria-label': 'The clip that was sent'});
  const around = html('div', {class: 'picture'}, video);
  video.addEventListener('error', () => withoutPicture(around, video));
  const slider = html('input', {type: 'range', id: 'frame', min: 0, max: frames.length - 1, value: 0});
  const where = html('output', {for: 'frame'});
  const show = () => {
    const frame = frames[slider.value];
    video.currentTime = frame.seconds;
    around.querySelector('svg')?.remove();
    around.append(overlay(frame));
    where.textContent = `${Number(slider.value) + 1} of ${frames.length}, at ${duration(frame.seconds)}`;
    slider.setAttribute('aria-valuetext', where.textContent);
    shown(frame);
  };
  slider.addEventListener('input', show);
  show();
  return html('div', {}, html('div', {class: 'slider'}, html('label', {for: 'frame'}, 'Frame'), slider, where), around);
}

function overlay(frame) {
  // Readable when the picture is shown smaller than it is.
  const size = Math.max(12, Math.min(frame.width, frame.height) / 28);
  return svg('svg', {viewBox: `0 0 ${frame.width} ${frame.height}`, role: 'img',
    'aria-label': `${frame.boxes.length} found`},
    ...frame.boxes.flatMap(box => [
      svg('polygon', {points: box.points.map(([x, y]) => `${x},${y}`).join(' ')}),
      caption(box, size, frame.width)]));
}

function caption(box, size, width) {
  const left = Math.max(2, Math.min(...box.points.map(([x]) => x)));
  const top = Math.min(...box.points.map(([, y]) => y));
  // Above the box, or inside where there is no room.
  const y = top > size * 1.3 ? top - size * 0.25 : top + size;
  return svg('text', {x: Math.min(left, width - size), y, 'font-size': size, 'stroke-width': size / 5},
    [box.text ?? box.label, box.text === null && box.score !== null ? number(box.score) : null]
      .filter(part => part !== null && part !== undefined).join(' '));
}

/** The browser does not know the format, but boxes can be seen. */
function withoutPicture(around, element) {
  around.querySelector('svg')?.classList.add('alone');
  element.replaceWith(html('p', {class: 'quiet'}, 'This browser cannot show the file; below is what was found in it.'));
}
