/** How well a model is served: the states, what leads from one to another, and what is told. */
package io.gpuinfer.serving.state;
