/** The engine over OpenCL: devices, sessions, and the one place that speaks to Aparapi. */
package io.gpuinfer.engine.opencl;
