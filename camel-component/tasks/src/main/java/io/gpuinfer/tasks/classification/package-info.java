/** What a picture shows or a text is about, in the classes that a model tells apart. */
package io.gpuinfer.tasks.classification;
