/**
 * Kernels that users write in Java: translated to OpenCL and run on exactly the device that was
 * chosen, or run on Java threads where that was allowed.
 *
 * <p>Only Aparapi's translator is taken from its way of running kernels, and never its runner,
 * which after any failure runs a kernel in Java without a word.
 */
package io.gpuinfer.engine.kernel;
