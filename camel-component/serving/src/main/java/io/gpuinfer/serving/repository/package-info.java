/** Finds models by name and version in a folder or on the class path. */
package io.gpuinfer.serving.repository;
