package io.gpuinfer.engine;

/**
 * What was made for a device of code that a user wrote.
 *
 * @param source in the language of the device, OpenCL C
 * @param nanos what it took to translate and to compile it, once
 */
public record DeviceCode(String source, long nanos) {}
