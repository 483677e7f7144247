/**
 * Versions of one model: loaded, swapped, rolled back and unloaded while requests go on. Knows
 * neither Camel nor what a model does.
 */
package io.gpuinfer.serving.version;
