/** Clips in routes: a splitter of frames, and an aggregation of what was seen in them. */
package io.gpuinfer.component.video;
