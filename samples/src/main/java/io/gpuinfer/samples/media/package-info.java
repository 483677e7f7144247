/**
 * Draws the pictures and the clip that the demo and the tests send.
 *
 * <p>Everything is drawn from glyph outlines by Java alone, so it needs neither fonts nor font
 * libraries on the machine, and the same seed gives the same bytes everywhere.
 */
package io.gpuinfer.samples.media;
