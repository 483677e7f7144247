/** What the route templates in {@code camel-template/} need beside them. */
package io.gpuinfer.routes;
