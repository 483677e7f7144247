/**
 * The Camel component {@code gpu-infer}: takes an exchange's body to a task, and its answer back.
 *
 * <p>Everything about models, devices and queues lives below, in modules that know no Camel.
 */
package io.gpuinfer.component;
