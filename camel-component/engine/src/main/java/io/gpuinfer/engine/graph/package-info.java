/**
 * The model as its file describes it: nodes, values and constants, before anything is known of
 * shapes.
 */
package io.gpuinfer.engine.graph;
