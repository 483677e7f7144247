/** What is to be known of a model before it is served: its task, its parts, its cost. */
package io.gpuinfer.tasks.inspect;
