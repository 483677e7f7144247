/** Times a clip's way through a route: frames, their text, segments. */
package io.gpuinfer.benchmarks.video;
