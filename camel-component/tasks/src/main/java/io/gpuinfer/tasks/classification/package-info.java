/** What a picture shows, in the classes that a model tells apart. */
package io.gpuinfer.tasks.classification;
