/** What a model is for, by its inputs, its outputs and the files beside it. */
package io.gpuinfer.tasks.inference;
