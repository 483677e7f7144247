/** Texts to rows of word pieces, and rows through a model: what the tasks for texts share. */
package io.gpuinfer.tasks.text;
