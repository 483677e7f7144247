/** A query and documents to scores: by the cosine of two vectors, or by a model that reads both. */
package io.gpuinfer.tasks.rerank;
