/** Picks devices, keeps a model on them, watches them, and brings them back after a failure. */
package io.gpuinfer.serving.device;
