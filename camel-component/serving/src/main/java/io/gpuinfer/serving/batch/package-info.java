/** Puts requests together into runs, and learns what runs take. */
package io.gpuinfer.serving.batch;
