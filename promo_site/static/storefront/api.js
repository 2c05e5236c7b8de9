// The page of the API: the OpenAPI document in a readable form.
"use strict";

const place = document.getElementById("api");
SwaggerUIBundle({ domNode: place, url: place.dataset.schema, validatorUrl: null, deepLinking: true });
