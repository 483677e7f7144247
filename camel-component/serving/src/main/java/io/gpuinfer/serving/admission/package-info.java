/** Decides which requests get in, and in which order they are served. */
package io.gpuinfer.serving.admission;
