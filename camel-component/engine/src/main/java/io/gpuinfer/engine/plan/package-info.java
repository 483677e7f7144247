/**
 * From a program to what the device runs: the op table, the arena's layout, the packed weights and
 * the generated source.
 */
package io.gpuinfer.engine.plan;
