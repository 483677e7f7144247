/** Clips as a stream of pictures, sampled at the rate that the caller asks for. */
package io.gpuinfer.tasks.video;
